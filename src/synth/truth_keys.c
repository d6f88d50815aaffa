#include "synth/truth_keys.h"

#include "base/zone.h"
#include "decode/service.h"
#include "synth/craft.h"

#include <stdio.h>
#include <string.h>

enum { SECOND_NS = 1000000000, SERVICE_BITS = 25, PORTS = 65536 };
_Static_assert((int)SERVICE_TEXT_SIZE <= (int)TRUTH_KEY_SIZE, "the text of a service is a key");

static uint64_t key_all(const struct tally_context *c, const struct item *item)
{
	return 0;
}

static const char *print_number(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	snprintf(out, TRUTH_KEY_SIZE, "%llu", (unsigned long long)key);
	return out;
}

const struct truth_keys truth_keys_all = {key_all, print_number};

/* --- services, in the order of their ties: number, protocol, fragments last --- */

static uint64_t key_service(const struct tally_context *c, const struct item *item)
{
	return service_order(item->service);
}

uint32_t truth_service_of_key(uint64_t key)
{
	return service_make((uint8_t)key, (uint16_t)(key >> 8)) | (uint32_t)(key >> 32) << 24;
}

const char *truth_service_text(uint32_t service, char out[TRUTH_KEY_SIZE])
{
	return service_print(service, out);
}

static const char *print_service(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return truth_service_text(truth_service_of_key(key), out);
}

const struct truth_keys truth_keys_service = {key_service, print_service};

/* --- countries --- */

static uint64_t key_country(const struct tally_context *c, const struct item *item)
{
	return item->country;
}

static const char *print_country(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	snprintf(out, TRUTH_KEY_SIZE, "%.2s", c->scenario->countries[key].code);
	return out;
}

const struct truth_keys truth_keys_country = {key_country, print_country};

/* --- classes: by what was made --- */

enum made { MADE_scan, MADE_backscatter, MADE_other };

static enum made made_of(const struct item *item)
{
	switch ((enum packet_kind)item->packet) {
	case PACKET_syn:
	case PACKET_request:
	case PACKET_echo:
		return MADE_scan;
	case PACKET_syn_ack:
	case PACKET_rst:
	case PACKET_response:
	case PACKET_echo_reply:
	case PACKET_unreachable:
	case PACKET_exceeded:
		return MADE_backscatter;
	default:
		return MADE_other;
	}
}

static uint64_t key_class(const struct tally_context *c, const struct item *item)
{
	return made_of(item);
}

static const char *print_class(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return key == MADE_scan ? "scan" : key == MADE_backscatter ? "backscatter" : "other";
}

static uint64_t key_backscatter(const struct tally_context *c, const struct item *item)
{
	return made_of(item) == MADE_backscatter ? item->country : TALLY_SKIP;
}

const struct truth_keys truth_keys_class = {key_class, print_class};
const struct truth_keys truth_keys_backscatter = {key_backscatter, print_country};

/* --- what signatures are to say --- */

static enum detected detected_of(const struct tally_context *c, const struct item *item)
{
	return item->phenomenon ? c->scenario->phenomena[item->phenomenon - 1].detected : DETECTED_nothing;
}

static uint64_t key_detected(const struct tally_context *c, const struct item *item)
{
	enum detected detected = detected_of(c, item);

	return detected == DETECTED_nothing ? TALLY_SKIP : detected;
}

static const char *print_detected(const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return detected_word((enum detected)key);
}

static uint64_t key_detected_country(const struct tally_context *c, const struct item *item)
{
	return detected_of(c, item) == DETECTED_nothing ? TALLY_SKIP : item->country;
}

const struct truth_keys truth_keys_detected = {key_detected, print_detected};
const struct truth_keys truth_keys_detected_country = {key_detected_country, print_country};

/* --- headers --- */

static uint64_t key_ttl(const struct tally_context *c, const struct item *item)
{
	return craft_ttl(c->plan, item);
}

/* Source port 6000 is a habit of several tools, not the mark of one; IPv6 has no such marks. */
static uint64_t key_tool(const struct tally_context *c, const struct item *item)
{
	bool v4 = addr_is_v4(&c->plan->targets[item->target].addr);

	return v4 && style_is_tool(item->style) ? item->style : STYLE_none;
}

static const char *print_tool(const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return key == STYLE_none ? "-" : style_name((enum style)key);
}

const struct truth_keys truth_keys_ttl = {key_ttl, print_number};
const struct truth_keys truth_keys_tool = {key_tool, print_tool};

/* --- sensors --- */

static uint64_t key_sensor(const struct tally_context *c, const struct item *item)
{
	return c->plan->targets[item->target].sensor;
}

static const char *print_sensor(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return c->scenario->plant.sensors[key].name;
}

const struct truth_keys truth_keys_sensor = {key_sensor, print_sensor};

/* --- days --- */

static uint64_t key_day(const struct tally_context *c, const struct item *item)
{
	int64_t t_s = item->ts_ns / SECOND_NS;
	size_t day = 0;

	while (day + 1 < c->days && t_s >= c->day_starts[day + 1])
		day++;
	return day;
}

static const char *print_day(const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	struct civil day = civil_of(c->day_starts[key]);

	snprintf(out, TRUTH_KEY_SIZE, "%04d-%02d-%02d", day.year, day.month, day.day);
	return out;
}

const struct truth_keys truth_keys_day = {key_day, print_day};

uint64_t truth_daily_key(size_t day, uint32_t service)
{
	return (uint64_t)day << SERVICE_BITS | service;
}

static bool is_listed(const struct plan *plan, uint32_t service)
{
	uint8_t protocol = service_protocol(service);

	if (service >> 24 || (protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP))
		return true;
	return plan->tail.listed[(protocol == PROTOCOL_UDP ? PORTS : 0) + service_number(service)];
}

uint64_t truth_key_listed(const struct tally_context *c, const struct item *item)
{
	return is_listed(c->plan, item->service) ? key_service(c, item) : TALLY_SKIP;
}

uint64_t truth_key_daily(const struct tally_context *c, const struct item *item)
{
	return is_listed(c->plan, item->service) ? truth_daily_key(key_day(c, item), item->service)
						 : TALLY_SKIP;
}

/* --- pairs --- */

uint64_t truth_key_pair(const struct tally_context *c, const struct item *item)
{
	return is_listed(c->plan, item->service)
		       ? (uint64_t)item->country << SERVICE_BITS | item->service
		       : TALLY_SKIP;
}

const char *truth_pair_service(uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return truth_service_text((uint32_t)key & ((1U << SERVICE_BITS) - 1), out);
}

const char *truth_pair_country(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE])
{
	return print_country(c, key >> SERVICE_BITS, out);
}
