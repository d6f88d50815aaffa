/* What the tests of synth share: a folder of their own, a scenario from text, its truth, a small
 * pcap walk that knows nothing of capture/ and decode/. */
#pragma once

#include <criterion/criterion.h>
#include <jansson.h>

#include "geo/geo.h"
#include "synth/synth.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A scenario with all that the small tests need; its parts may be replaced by text. */
#define SMALL_SENSORS                                                                              \
	"timezone: Asia/Tokyo\nseed: 5\ncompression: none\nperiods: [2009-07, "                    \
	"2009-08]\nsensors:\n"                                                                     \
	"  - {name: a, addresses: [198.51.100.16/30], since: 2009-01-01}\n"                        \
	"  - {name: b, addresses: [203.0.113.7], since: 2009-01-01}\n"
#define SMALL_MARGINS                                                                              \
	"total: {packets: [4000, 5000]}\nservices:\n"                                              \
	"  - {service: 445/TCP, packets: [1500, 1700]}\n"                                          \
	"  - {service: 8/ICMP, packets: [400, 500]}\n"                                             \
	"  - {service: 53/UDP, packets: [300, 350]}\n"                                             \
	"  - {service: 23/TCP, packets: [600, 700]}\n"                                             \
	"  - {service: 3/ICMP, packets: [50, 60]}\n"                                               \
	"other_services: {ports: 200, skew: 0.5, udp: 20}\ncountries:\n"                           \
	"  - {country: JP, packets: [1500, 1600], sources: 80, ipv6: [\"2409:10::/31\"]}\n"        \
	"  - {country: CN, packets: [1200, 1900], sources: 120}\n"                                 \
	"  - {country: US, packets: [800, 900]}\n"                                                 \
	"other_countries: {codes: [DE, FR, KR], skew: 1}\n"
#define SMALL_REST                                                                                 \
	"pairs:\n  - {service: 445/TCP, country: JP, packets: [700, 900]}\n"                       \
	"  - {service: 23/TCP, country: CN, packets: [100, 333]}\n"                                \
	"tools:\n  - {service: 23/TCP, tool: mirai, percent: 50}\n"                                \
	"  - {service: 23/TCP, tool: zmap, percent: 20}\n"                                         \
	"  - {service: 445/TCP, tool: masscan, percent: 10}\n"                                     \
	"phenomena:\n"                                                                             \
	"  - {name: burst, service: other, country: CN, packets: 400, days: [2009-08-03, "         \
	"2009-08-04], sources: 1, packet: syn-ack}\n"                                              \
	"  - {name: sweep, service: 445/TCP, country: US, packets: 20, days: [2009-08-10, "        \
	"2009-08-10], sources: 4, order: sweep}\n"                                                 \
	"  - {name: names, service: other, country: DE, packets: [10, 90], days: [2009-07-20, "    \
	"2009-08-20], packet: dns-response}\n"                                                     \
	"odd: {tcp_option: 6, ip_checksum: 4, frame_snapped: 4, time_backwards: 4, arp: 6, "       \
	"empty: 2, left_sensor: 8, no_sensor: 4}\n"
#define SMALL SMALL_SENSORS SMALL_MARGINS SMALL_REST

/* Opened once in a test's process, which keeps it. */
static inline const struct geo *synth_geo(void)
{
	static struct geo *geo;
	struct err e = {""};

	if (!geo && geo_open("", "", TEITEN_DEPS, &geo, &e) < 0) {
		printf("skipped: no place data: %s\n", e.text);
		cr_skip("no place data");
	}
	return geo;
}

static char synth_folder[64]; /* of this test's process */

static int synth_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static inline void synth_clean(void)
{
	if (synth_folder[0])
		nftw(synth_folder, synth_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	synth_folder[0] = '\0';
}

static inline const char *synth_path(const char *name)
{
	static char paths[4][256];
	static size_t next;
	char *path = paths[next++ % 4];

	if (!synth_folder[0]) {
		strcpy(synth_folder, "/tmp/test_synth.XXXXXX");
		cr_assert(mkdtemp(synth_folder));
	}
	snprintf(path, sizeof(paths[0]), "%s/%s", synth_folder, name);
	return path;
}

/* Runs a scenario given as text into the folder `name`. Returns synth_run()'s code. */
static inline int synth_run_text(
	const char *text, const char *name, uint64_t seed, const struct geo *geo, struct err *e)
{
	const char *path = synth_path("scenario.yaml");
	FILE *f = fopen(path, "w");

	cr_assert(f);
	cr_assert(fputs(text, f) >= 0);
	cr_assert_eq(fclose(f), 0);
	return synth_run(path, synth_path(name), seed, geo, e);
}

static inline void synth_good(const char *text, const char *name, uint64_t seed)
{
	struct err e = {""};
	int rc = synth_run_text(text, name, seed, synth_geo(), &e);

	cr_assert_eq(rc, 0, "%s", e.text);
}

static inline json_t *synth_truth(const char *name)
{
	char path[256];
	json_error_t why;

	snprintf(path, sizeof(path), "%s/truth.json", synth_path(name));
	json_t *truth = json_load_file(path, 0, &why);
	cr_assert(truth, "%s: %s", path, why.text);
	return truth;
}

static inline uint64_t json_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	cr_assert(json_is_integer(value), "%s", key);
	return (uint64_t)json_integer_value(value);
}

/* The field of the row with that key; 0 when there is no such row. */
static inline uint64_t row_field(const json_t *rows, const char *key, const char *field)
{
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)rows, i,
		row) if (strcmp(json_string_value(json_object_get(row, "key")), key) ==
			 0) return json_number(row, field);
	return 0;
}

static inline uint64_t rows_sum(const json_t *rows)
{
	uint64_t sum = 0;
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)rows, i, row) sum += json_number(row, "packets");
	return sum;
}

/* --- a pcap walk of its own --- */

struct walked {
	int64_t ts_ns;
	uint32_t cap_len, wire_len;
	const uint8_t *frame; /* Ethernet */
};

static inline uint32_t little(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t big16(const uint8_t *p)
{
	return (uint32_t)(p[0] << 8 | p[1]);
}

static inline uint32_t big32(const uint8_t *p)
{
	return big16(p) << 16 | big16(p + 2);
}

static inline uint8_t *read_whole(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");

	cr_assert(f, "%s", path);
	cr_assert_eq(fseek(f, 0, SEEK_END), 0);
	*ret_len = (size_t)ftell(f);
	rewind(f);
	uint8_t *data = malloc(*ret_len + 1);
	cr_assert(data);
	cr_assert_eq(fread(data, 1, *ret_len, f), *ret_len);
	fclose(f);
	return data;
}

/* Calls visit for each record of an uncompressed pcap file of Ethernet. */
static inline void walk_file(
	const char *path, void (*visit)(const struct walked *w, void *context), void *context)
{
	size_t len, at = 24;
	uint8_t *data = read_whole(path, &len);
	bool nano = little(data) == 0xa1b23c4d;

	cr_assert(nano || little(data) == 0xa1b2c3d4);
	cr_assert_eq(little(data + 20), 1u);
	while (at < len) {
		struct walked w = {.ts_ns = (int64_t)little(data + at) * 1000000000 +
					    (int64_t)little(data + at + 4) * (nano ? 1 : 1000),
			.cap_len = little(data + at + 8),
			.wire_len = little(data + at + 12),
			.frame = data + at + 16};
		at += 16 + w.cap_len;
		cr_assert_leq(at, len);
		visit(&w, context);
	}
	free(data);
}

/* All captures that the truth lists whose path has `part` in it. */
static inline void walk_all(const char *name, const char *part,
	void (*visit)(const struct walked *, void *), void *context)
{
	json_t *truth = synth_truth(name), *file;
	size_t i;

	json_array_foreach(json_object_get(truth, "files"), i, file)
	{
		char path[512];
		const char *relative = json_string_value(json_object_get(file, "path"));
		if (!strstr(relative, part))
			continue;
		snprintf(path, sizeof(path), "%s/%s", synth_path(name), relative);
		walk_file(path, visit, context);
	}
	json_decref(truth);
}

static inline bool walked_is_ip(const struct walked *w)
{
	return w->cap_len >= 34 && big16(w->frame + 12) == 0x0800;
}
