#include "synth/truth.h"

#include "base/text.h"
#include "base/zone.h"
#include "synth/truth_keys.h"

#include <errno.h>

enum { DAILY_SERVICES = 10, PAYLOADS_LISTED = 1000 };

/* One period's document. */
struct writer {
	const struct tally_context *context;
	const struct items *items;
	struct json *json;
	struct err *e;
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* [{"key":"445/TCP","packets":1,"sources":1}, ...] */
static int write_tally(struct writer *w, const char *name, const struct truth_keys *keys)
{
	struct tally t;
	char text[TRUTH_KEY_SIZE];

	if (tally_make(w->items, w->context, keys->of, &t) < 0)
		return no_memory(w->e);
	json_open(w->json, name, '[');
	for (size_t i = 0; i < t.count; i++) {
		json_open(w->json, NULL, '{');
		json_text(w->json, "key", keys->print(w->context, t.rows[i].key, text));
		json_u64(w->json, "packets", t.rows[i].packets);
		json_u64(w->json, "sources", t.rows[i].sources);
		json_close(w->json, '}');
	}
	json_close(w->json, ']');
	tally_done(&t);
	return 0;
}

static int write_total(struct writer *w)
{
	struct tally t;

	if (tally_make(w->items, w->context, truth_keys_all.of, &t) < 0)
		return no_memory(w->e);
	json_u64(w->json, "packets", t.count > 0 ? t.rows[0].packets : 0);
	json_u64(w->json, "sources", t.count > 0 ? t.rows[0].sources : 0);
	tally_done(&t);
	return 0;
}

static int write_pairs(struct writer *w)
{
	struct tally t;
	char service[TRUTH_KEY_SIZE], country[TRUTH_KEY_SIZE];

	if (tally_make(w->items, w->context, truth_key_pair, &t) < 0)
		return no_memory(w->e);
	json_open(w->json, "pairs", '[');
	for (size_t i = 0; i < t.count; i++) {
		json_open(w->json, NULL, '{');
		json_text(w->json, "service", truth_pair_service(t.rows[i].key, service));
		json_text(
			w->json, "country", truth_pair_country(w->context, t.rows[i].key, country));
		json_u64(w->json, "packets", t.rows[i].packets);
		json_u64(w->json, "sources", t.rows[i].sources);
		json_close(w->json, '}');
	}
	json_close(w->json, ']');
	tally_done(&t);
	return 0;
}

/* --- days --- */

static uint64_t row_packets(const struct tally *t, uint64_t key)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->rows[i].key == key)
			return t->rows[i].packets;
	return 0;
}

static void write_daily_row(struct writer *w, const struct tally *days, uint32_t service)
{
	char text[TRUTH_KEY_SIZE];

	json_open(w->json, NULL, '{');
	json_text(w->json, "key", truth_service_text(service, text));
	json_open(w->json, "packets", '[');
	for (size_t day = 0; day < w->context->days; day++)
		json_u64(w->json, NULL, row_packets(days, truth_daily_key(day, service)));
	json_close(w->json, ']');
	json_close(w->json, '}');
}

/* The daily packets of the services with most packets, one list each. */
static int write_daily(struct writer *w)
{
	struct tally services, days;

	if (tally_make(w->items, w->context, truth_key_listed, &services) < 0)
		return no_memory(w->e);
	if (tally_make(w->items, w->context, truth_key_daily, &days) < 0) {
		tally_done(&services);
		return no_memory(w->e);
	}
	json_open(w->json, "daily", '[');
	for (size_t i = 0; i < services.count && i < DAILY_SERVICES; i++)
		write_daily_row(w, &days, truth_service_of_key(services.rows[i].key));
	json_close(w->json, ']');
	tally_done(&services);
	tally_done(&days);
	return 0;
}

/* --- the document --- */

static int write_tallies(struct writer *w)
{
	static const struct {
		const char *name;
		const struct truth_keys *keys;
	} tallies[] = {{"services", &truth_keys_service}, {"countries", &truth_keys_country},
		{"backscatter", &truth_keys_backscatter}, {"classes", &truth_keys_class},
		{"ttls", &truth_keys_ttl}, {"tools", &truth_keys_tool},
		{"sensors", &truth_keys_sensor}, {"days", &truth_keys_day},
		{"detections", &truth_keys_detected},
		{"detection_countries", &truth_keys_detected_country}};
	int rc = write_total(w);

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(tallies); i++)
		rc = write_tally(w, tallies[i].name, tallies[i].keys);
	if (rc < 0 || (rc = write_daily(w)) < 0)
		return rc;
	return write_pairs(w);
}

static int write_period(
	const struct scenario *s, const struct plan *plan, size_t p, struct json *j, struct err *e)
{
	int32_t first_day = day_of(s->periods[p].from_s);
	int64_t day_starts[TRUTH_DAYS_MAX + 1];
	char text[ZONE_TEXT_SIZE];
	size_t days = 0;

	while (days < TRUTH_DAYS_MAX && day_start(first_day + (int32_t)days) < s->periods[p].to_s) {
		day_starts[days] = day_start(first_day + (int32_t)days);
		days++;
	}
	day_starts[days] = s->periods[p].to_s;
	struct tally_context context = {
		.scenario = s, .plan = plan, .day_starts = day_starts, .days = days};
	struct writer w = {.context = &context, .items = &plan->periods[p], .json = j, .e = e};
	json_open(j, NULL, '{');
	json_text(j, "name", s->period_names[p]);
	json_text(j, "from", zone_print(s->periods[p].from_s, text));
	json_text(j, "to", zone_print(s->periods[p].to_s, text));
	json_double(j, "exposure", s->exposure[p]);
	int rc = write_tallies(&w);
	json_close(j, '}');
	return rc;
}

static void write_emitted(const struct emitted *emitted, struct json *j)
{
	json_open(j, "files", '[');
	for (size_t i = 0; i < emitted->file_count; i++) {
		json_open(j, NULL, '{');
		json_text(j, "path", emitted->files[i].path);
		json_u64(j, "frames", emitted->files[i].frames);
		json_u64(j, "accesses", emitted->files[i].accesses);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "not_accesses", '{');
	json_u64(j, "not_ip", emitted->extra[EXTRA_arp] + emitted->extra[EXTRA_empty]);
	json_u64(j, "left_sensor", emitted->extra[EXTRA_left_sensor]);
	json_u64(j, "no_sensor", emitted->extra[EXTRA_no_sensor]);
	json_close(j, '}');
	json_open(j, "odd", '{');
#define X(name) json_u64(j, #name, emitted->odd[ODD_KIND_##name]);
	ODD_KINDS(X)
#undef X
	json_u64(j, "frame_empty", emitted->extra[EXTRA_empty]);
	json_u64(j, "ip_martian", emitted->martians);
	json_close(j, '}');
}

static void write_payloads(const struct emitted *emitted, struct json *j)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * PAYLOAD_KEY_SIZE + 1] = "";
	uint64_t packets = 0;

	for (size_t i = 0; i < emitted->payload_count; i++)
		packets += emitted->payloads[i].packets;
	json_open(j, "payloads", '{');
	json_u64(j, "distinct", emitted->payload_count);
	json_u64(j, "packets", packets);
	json_open(j, "list", '[');
	for (size_t i = 0; i < emitted->payload_count && i < PAYLOADS_LISTED; i++) {
		for (size_t k = 0; k < PAYLOAD_KEY_SIZE; k++) {
			hex[2 * k] = digits[emitted->payloads[i].key[k] >> 4];
			hex[2 * k + 1] = digits[emitted->payloads[i].key[k] & 15];
		}
		json_open(j, NULL, '{');
		json_text(j, "key", hex);
		json_u64(j, "length", emitted->payloads[i].length);
		json_u64(j, "packets", emitted->payloads[i].packets);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

int truth_write(const struct scenario *s, const struct plan *plan, const struct emitted *emitted,
	uint64_t seed, struct buf *out, struct err *e)
{
	struct json j = {.out = out};
	int rc = 0;

	json_open(&j, NULL, '{');
	json_text(&j, "timezone", s->timezone);
	json_u64(&j, "seed", seed);
	json_open(&j, "periods", '[');
	for (size_t p = 0; rc == 0 && p < PERIODS; p++)
		rc = write_period(s, plan, p, &j, e);
	json_close(&j, ']');
	write_emitted(emitted, &j);
	write_payloads(emitted, &j);
	json_close(&j, '}');
	buf_char(out, '\n');
	return rc == 0 && out->failed ? no_memory(e) : rc;
}
