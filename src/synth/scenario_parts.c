#include "synth/scenario_parts.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/zone.h"
#include "decode/service.h"

#include <errno.h>
#include <math.h>
#include <string.h>

int scenario_need(const struct yaml *map, const char *key, const struct yaml **ret, struct err *e)
{
	*ret = yaml_get(map, key);
	if (*ret)
		return 0;
	return yaml_error(
		map, e, EINVAL, TR("the key \"%s\" is missing", "キー「%s」がありません"), key);
}

int scenario_optional_u64(const struct yaml *map, const char *key, uint64_t min, uint64_t max,
	uint64_t *ret, struct err *e)
{
	const struct yaml *node = map ? yaml_get(map, key) : NULL;

	return node ? yaml_u64(node, min, max, ret, e) : 0;
}

int scenario_optional_double(
	const struct yaml *map, const char *key, double min, double max, double *ret, struct err *e)
{
	const struct yaml *node = map ? yaml_get(map, key) : NULL;

	return node ? yaml_double(node, min, max, ret, e) : 0;
}

int scenario_want_list(const struct yaml *node, size_t max, struct err *e)
{
	if (!node)
		return 0;
	if (node->kind != YAML_LIST)
		return yaml_error(node, e, EINVAL,
			TR("%s must be a list", "%s はリストで書いてください"),
			node->key ? node->key : "?");
	if (node->count > max)
		return yaml_error(node, e, E2BIG,
			TR("%s has more than %zu items", "%s は %zu 個までです"),
			node->key ? node->key : "?", max);
	return 0;
}

static int read_packets(const struct yaml *node, struct amount *ret, struct err *e)
{
	for (size_t p = 0; p < PERIODS; p++) {
		int rc = yaml_u64(&node->items[p], 0, SCENARIO_PACKETS_MAX, &ret->packets[p], e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int read_rates(
	const struct yaml *node, const struct scenario *s, struct amount *ret, struct err *e)
{
	for (size_t p = 0; p < PERIODS; p++) {
		double rate;
		int rc = yaml_double(&node->items[p], 0, SCENARIO_PACKETS_MAX, &rate, e);
		if (rc < 0)
			return rc;
		double packets = rate * s->exposure[p];
		if (packets > SCENARIO_PACKETS_MAX)
			return yaml_error(&node->items[p], e, E2BIG,
				TR("that is more than %d packets", "%d パケットを超えます"),
				SCENARIO_PACKETS_MAX);
		ret->packets[p] = (uint64_t)llround(packets);
	}
	return 0;
}

int scenario_read_amount(
	const struct yaml *map, const struct scenario *s, struct amount *ret, struct err *e)
{
	const struct yaml *packets = yaml_get(map, "packets");
	const struct yaml *rate = yaml_get(map, "rate");
	const struct yaml *node = packets ? packets : rate;

	if (!packets == !rate)
		return yaml_error(map, e, EINVAL,
			TR("give either packets or rate",
				"packets と rate のどちらか一方を書いてください"));
	if (node->kind != YAML_LIST || node->count != PERIODS)
		return yaml_error(node, e, EINVAL,
			TR("%s must be a list of two: [before, now]",
				"%s は [前期, 今期] の二つで書いてください"),
			node->key);
	return packets ? read_packets(node, ret, e) : read_rates(node, s, ret, e);
}

int scenario_find_service(
	const struct yaml *node, const struct scenario *s, size_t *ret, struct err *e)
{
	const char *text;
	uint32_t service = SERVICE_OTHER;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	if (strcmp(text, "other") != 0 && !service_parse(text, &service))
		return yaml_error(node, e, EINVAL,
			TR("\"%s\" is no service like 445/TCP or 8/ICMP",
				"「%s」は 445/TCP や 8/ICMP のような宛先ポートではありません"),
			text);
	for (size_t i = 0; i < s->service_count; i++) {
		if (s->services[i].service == service) {
			*ret = i;
			return 0;
		}
	}
	return yaml_error(node, e, EINVAL,
		TR("%s is not in the list services", "%s は services にありません"), text);
}

int scenario_find_country(
	const struct yaml *node, const struct scenario *s, size_t *ret, struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < s->country_count; i++) {
		if (strlen(text) == 2 && memcmp(s->countries[i].code, text, 2) == 0) {
			*ret = i;
			return 0;
		}
	}
	return yaml_error(node, e, EINVAL,
		TR("%s is in neither countries nor other_countries",
			"%s は countries にも other_countries にもありません"),
		text);
}

int scenario_read_word(const struct yaml *node, const char *const names[], size_t count,
	unsigned *ret, struct err *e)
{
	AUTO(buf_done) struct buf list = {0};
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret = i;
			return 0;
		}
		buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
	}
	return yaml_error(node, e, EINVAL,
		TR("%s: \"%s\" is none of %s", "%s：「%s」は次のどれでもありません：%s"),
		node->key ? node->key : "?", text, buf_str(&list));
}

static int take(const struct yaml *node, const struct scenario *s, struct amount *left,
	const char *whose, const struct amount *amount, struct err *e)
{
	for (size_t p = 0; p < PERIODS; p++) {
		if (amount->packets[p] > left->packets[p])
			return yaml_error(node, e, EINVAL,
				TR("%s: %llu packets of %s are asked for, %llu are left",
					"%s：%llu パケット（%s）が必要ですが、残りは %llu です"),
				s->period_names[p], (unsigned long long)amount->packets[p], whose,
				(unsigned long long)left->packets[p]);
		left->packets[p] -= amount->packets[p];
	}
	return 0;
}

int scenario_take(const struct yaml *node, struct scenario *s, size_t service, size_t country,
	const struct amount *amount, struct err *e)
{
	uint32_t number = s->services[service].service;
	char text[SERVICE_TEXT_SIZE] = "other";

	if (number != SERVICE_OTHER)
		service_print(number, text);
	int rc = take(node, s, &s->services[service].left, text, amount, e);
	if (rc < 0 || country == COUNTRY_ANY)
		return rc;
	snprintf(text, sizeof(text), "%.2s", s->countries[country].code);
	return take(node, s, &s->countries[country].left, text, amount, e);
}

bool scenario_has_style(uint32_t service)
{
	return service == SERVICE_OTHER ||
	       service == service_make(PROTOCOL_TCP, service_number(service));
}

int scenario_read_day(const struct yaml *node, struct span *ret, struct err *e)
{
	const char *text;
	int64_t start;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	if (strlen(text) != strlen("2009-08-12") || !zone_parse(text, &start))
		return yaml_error(node, e, EINVAL,
			TR("\"%s\" is no day like 2009-08-12",
				"「%s」は 2009-08-12 のような日付ではありません"),
			text);
	*ret = (struct span){.from_s = start, .to_s = day_start(day_of(start) + 1)};
	return 0;
}
