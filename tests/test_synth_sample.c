/* The sample month: the tables of the report that it is shaped like, and the line of stations
 * finding in its captures what its truth says. */
#include "decoded.h"
#include "synth_make.h"

#include "base/yaml.h"
#include "capture/capture.h"
#include "observe/observe.h"
#include "synth/synth.h"

#include <math.h>
#include <openssl/sha.h>

TestSuite(sample, .fini = synth_clean, .timeout = 120);

static void make_sample(const struct geo *geo)
{
	const char *source = getenv("TEITEN_SOURCE");
	char path[512];
	struct err e = {""};

	cr_assert(source, "TEITEN_SOURCE is not set");
	snprintf(path, sizeof(path), "%s/share/sample-month.yaml", source);
	cr_assert_eq(synth_run(path, synth_path("out"), 0, geo, &e), 0, "%s", e.text);
}

/* --- the tables --- */

/* As printed: "142.92", "+ 9.0", "+ 11.83"; ranks of now and before. 0: not looked at. */
struct printed {
	const char *key;
	double rate, percent, change;
	unsigned rank, previous_rank;
};

static double half_up(double value, unsigned decimals)
{
	double scale = pow(10, decimals);

	return copysign(floor(fabs(value) * scale + 0.5 + 1e-9) / scale, value);
}

static unsigned rank_of(const json_t *rows, const char *key)
{
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)rows, i,
		row) if (strcmp(json_string_value(json_object_get(row, "key")), key) ==
			 0) return (unsigned)i +
		1;
	return 0;
}

static void compare(
	const json_t *truth, const char *table, const struct printed *expected, size_t count)
{
	const json_t *periods = json_object_get(truth, "periods");
	const json_t *before = json_object_get(json_array_get(periods, 0), table),
		     *now = json_object_get(json_array_get(periods, 1), table);

	for (size_t i = 0; i < count; i++) {
		const struct printed *x = &expected[i];
		double a = (double)row_field(before, x->key, "packets"),
		       b = (double)row_field(now, x->key, "packets");
		cr_assert_float_eq(half_up(b / 775, 2), x->rate, 1e-9, "%s: %g", x->key, b / 775);
		cr_assert_float_eq(half_up((b - a) / 775, 2), x->change, 1e-9, "%s: %g", x->key,
			(b - a) / 775);
		if (x->percent != 0)
			cr_assert_float_eq(half_up(100 * (b - a) / a, 1), x->percent, 1e-9,
				"%s: %g", x->key, 100 * (b - a) / a);
		if (x->rank)
			cr_assert_eq(rank_of(now, x->key), x->rank, "%s: %u", x->key,
				rank_of(now, x->key));
		if (x->previous_rank)
			cr_assert_eq(rank_of(before, x->key), x->previous_rank, "%s: %u", x->key,
				rank_of(before, x->key));
	}
}

Test(sample, its_tables_are_those_of_the_report)
{
	static const struct printed services[] = {{"445/TCP", 142.92, 9.0, 11.83, 1, 1},
		{"135/TCP", 56.09, -2.1, -1.19, 2, 2}, {"8/ICMP", 36.77, 19.8, 6.08, 3, 3},
		{"2967/TCP", 23.40, 131.9, 13.31, 4, 6}, {"1433/TCP", 22.73, -15.3, -4.11, 5, 4},
		{"4899/TCP", 5.74, -45.2, -4.74, 7, 5}, {"1521/TCP", 2.61, 28.5, 0.58, 11, 13},
		{"8088/TCP", 1.05, -23.6, -0.32, 18, 16}, {"17566/TCP", 0.46, 0, 0.46, 26, 0},
		{"62400/TCP", 0.00, -99.8, -0.58, 0, 27}};
	static const struct printed countries[] = {{"CN", 155.71, 35.8, 41.05, 1, 1},
		{"JP", 78.76, 6.5, 4.82, 2, 2}, {"US", 25.36, 5.7, 1.37, 3, 3},
		{"RU", 19.55, 33.5, 4.91, 4, 4}, {"TW", 15.55, 16.4, 2.19, 5, 5},
		{"KR", 8.72, -24.3, -2.80, 7, 6}, {"HK", 5.09, -9.2, -0.52, 12, 10},
		{"GB", 2.63, -31.8, -1.23, 18, 14}, {"CL", 1.37, -28.0, -0.53, 29, 24},
		{"VE", 0.99, -36.4, -0.57, 36, 26}};
	const struct geo *geo = synth_geo();

	make_sample(geo);
	json_t *truth = synth_truth("out");
	for (size_t p = 0; p < 2; p++) {
		const json_t *period = json_array_get(json_object_get(truth, "periods"), p);
		cr_assert_float_eq(
			json_number_value(json_object_get(period, "exposure")), 775, 1e-9);
		cr_assert_float_eq(half_up((double)json_number(period, "packets") / 775, 1),
			p ? 412.0 : 360.1, 1e-9);
	}
	compare(truth, "services", services, sizeof(services) / sizeof(services[0]));
	compare(truth, "countries", countries, sizeof(countries) / sizeof(countries[0]));
	json_decref(truth);
}

/* The rows by rise and fall are those of the report only when nothing else rises or falls more. */
static unsigned moved_more(const json_t *before, const json_t *now, double than, double sign)
{
	unsigned count = 0;
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)now, i, row)
	{
		const char *key = json_string_value(json_object_get(row, "key"));
		double change = (double)json_number(row, "packets") -
				(double)row_field(before, key, "packets");
		count += change * sign > than;
	}
	return count;
}

Test(sample, nothing_else_rises_or_falls_more_than_the_rows_of_the_report)
{
	const struct geo *geo = synth_geo();

	make_sample(geo);
	json_t *truth = synth_truth("out");
	const json_t *periods = json_object_get(truth, "periods");
	const json_t *before = json_array_get(periods, 0), *now = json_array_get(periods, 1);
	const json_t *services[] = {
		json_object_get(before, "services"), json_object_get(now, "services")};
	const json_t *countries[] = {
		json_object_get(before, "countries"), json_object_get(now, "countries")};
	cr_assert_eq(moved_more(services[0], services[1], 355 - 1, 1), 5); /* up to 17566/TCP */
	cr_assert_eq(moved_more(services[0], services[1], 251 - 1, -1),
		5); /* up to 8088/TCP; 62400/TCP is in both */
	cr_assert_eq(moved_more(countries[0], countries[1], 1062 - 1, 1),
		5); /* up to the United States */
	cr_assert_eq(moved_more(countries[0], countries[1], 402 - 1, -1), 5); /* up to Hong Kong */
	json_decref(truth);
}

/* --- through the stations --- */

struct line {
	const struct geo *geo;
	struct plant plant;
	uint64_t verdicts[VERDICT_COUNT], odds[ODD_COUNT];
	uint64_t packets[2], classes[2][3], tools[2][4], ttls[2][256], sensors[2][16],
		countries[2][26 * 26];
	uint64_t payload_packets, frames;
	struct seen_payload {
		uint8_t digest[SHA256_DIGEST_LENGTH];
		uint64_t packets;
	} payloads[64];
	size_t payload_count;
};

static void read_plant(struct line *l)
{
	struct yaml *document = NULL;
	struct err e = {""};

	cr_assert_eq(yaml_read(synth_path("out/teiten.yaml"), &document, &e), 0, "%s", e.text);
	cr_assert_eq(plant_read(&l->plant, yaml_get(document, "sensors"), &e), 0, "%s", e.text);
	cr_assert_eq(plant_index(&l->plant, &e), 0, "%s", e.text);
	yaml_free(document);
}

static void count_payload(struct line *l, const struct access *a)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	size_t i = 0;

	if (a->payload_len == 0)
		return;
	l->payload_packets++;
	SHA256(a->payload, a->payload_len, digest);
	while (i < l->payload_count && memcmp(l->payloads[i].digest, digest, sizeof(digest)) != 0)
		i++;
	cr_assert_lt(i, 64);
	if (i == l->payload_count)
		memcpy(l->payloads[l->payload_count++].digest, digest, sizeof(digest));
	l->payloads[i].packets++;
}

static void observe_frame(struct line *l, const struct frame *frame)
{
	struct packet packet = decoded(frame, false);
	struct access a;
	enum verdict verdict = observe(&l->plant, -1, NULL, &packet, &a);
	size_t p;

	l->frames++;
	l->verdicts[verdict]++;
	for (size_t i = 0; i < ODD_COUNT; i++)
		l->odds[i] += packet.odds >> i & 1;
	if (verdict != VERDICT_ACCESS)
		return;
	p = a.ts_ns >= INT64_C(1249052400) * 1000000000; /* 2009-08-01 in Tokyo */
	struct place place = geo_find(l->geo, &a.src);
	l->packets[p]++;
	l->classes[p][a.class]++;
	l->tools[p][a.tool]++;
	l->ttls[p][a.ttl]++;
	l->sensors[p][a.sensor]++;
	l->countries[p][(place.country[0] - 'A') * 26 + place.country[1] - 'A']++;
	count_payload(l, &a);
}

static void observe_file(struct line *l, const char *path)
{
	static struct frame_batch batch;
	struct capture *c = NULL;
	struct err e = {""};
	int n;

	cr_assert_eq(capture_open(path, 0, &c, &e), 0, "%s", e.text);
	while ((n = capture_read(c, &batch, &e)) > 0)
		for (size_t i = 0; i < batch.count; i++)
			observe_frame(l, &batch.frames[i]);
	cr_assert_eq(n, 0, "%s: %s", path, e.text);
	cr_assert_not(capture_stats(c)->cut_off);
	capture_close(c);
}

static void compare_odds(const struct line *l, const json_t *odd)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ODD_COUNT; i++) {
		const json_t *value = json_object_get(odd, oddity_name((enum oddity)i));
		uint64_t expected = value ? (uint64_t)json_integer_value(value) : 0;
		cr_assert_eq(l->odds[i], expected, "%s: %llu, not %llu",
			oddity_name((enum oddity)i), (unsigned long long)l->odds[i],
			(unsigned long long)expected);
		sum += expected;
	}
	cr_assert_gt(sum, 100);
}

static void compare_period(const struct line *l, const json_t *period, size_t p)
{
	size_t i;
	json_t *row;

	cr_assert_eq(l->packets[p], json_number(period, "packets"));
	json_array_foreach(json_object_get(period, "classes"), i, row) cr_assert_eq(
		l->classes[p][class_number(json_string_value(json_object_get(row, "key")))],
		json_number(row, "packets"));
	json_array_foreach(json_object_get(period, "tools"), i, row) cr_assert_eq(
		l->tools[p][tool_number(json_string_value(json_object_get(row, "key")))],
		json_number(row, "packets"), "%s", json_string_value(json_object_get(row, "key")));
	json_array_foreach(json_object_get(period, "ttls"), i, row) cr_assert_eq(
		l->ttls[p][strtoul(json_string_value(json_object_get(row, "key")), NULL, 10)],
		json_number(row, "packets"));
	json_array_foreach(json_object_get(period, "sensors"), i, row) cr_assert_eq(
		l->sensors[p]
			  [plant_named(&l->plant, json_string_value(json_object_get(row, "key")))],
		json_number(row, "packets"));
	json_array_foreach(json_object_get(period, "countries"), i, row)
	{
		const char *code = json_string_value(json_object_get(row, "key"));
		cr_assert_eq(l->countries[p][(code[0] - 'A') * 26 + code[1] - 'A'],
			json_number(row, "packets"), "%s", code);
	}
}

static void compare_payloads(const struct line *l, const json_t *payloads)
{
	size_t i;
	json_t *row;

	cr_assert_eq(l->payload_count, json_number(payloads, "distinct"));
	cr_assert_eq(l->payload_packets, json_number(payloads, "packets"));
	json_array_foreach(json_object_get(payloads, "list"), i, row)
	{
		bool found = false;
		for (size_t k = 0; k < l->payload_count; k++) {
			char hex[33] = "";
			for (size_t b = 0; b < 16; b++)
				snprintf(hex + 2 * b, 3, "%02x", l->payloads[k].digest[b]);
			if (strcmp(hex, json_string_value(json_object_get(row, "key"))) == 0) {
				cr_assert_eq(l->payloads[k].packets, json_number(row, "packets"));
				found = true;
			}
		}
		cr_assert(found);
	}
}

Test(sample, the_stations_find_in_the_captures_what_the_truth_says)
{
	const struct geo *geo = synth_geo();
	struct line *l = calloc(1, sizeof(*l));
	size_t i;
	json_t *file;

	l->geo = geo;
	make_sample(geo);
	read_plant(l);
	json_t *truth = synth_truth("out");
	json_array_foreach(json_object_get(truth, "files"), i, file)
	{
		char path[512];
		uint64_t before = l->frames;
		snprintf(path, sizeof(path), "%s/%s", synth_path("out"),
			json_string_value(json_object_get(file, "path")));
		observe_file(l, path);
		cr_assert_eq(l->frames - before, json_number(file, "frames"), "%s", path);
	}
	const json_t *none = json_object_get(truth, "not_accesses");
	cr_assert_eq(l->verdicts[VERDICT_NOT_IP], json_number(none, "not_ip"));
	cr_assert_eq(l->verdicts[VERDICT_LEFT_SENSOR], json_number(none, "left_sensor"));
	cr_assert_eq(l->verdicts[VERDICT_NO_SENSOR], json_number(none, "no_sensor"));
	cr_assert_eq(l->verdicts[VERDICT_OUT_OF_SERVICE], 0);
	compare_odds(l, json_object_get(truth, "odd"));
	for (size_t p = 0; p < 2; p++)
		compare_period(l, json_array_get(json_object_get(truth, "periods"), p), p);
	compare_payloads(l, json_object_get(truth, "payloads"));
	json_decref(truth);
	plant_done(&l->plant);
	free(l);
}
