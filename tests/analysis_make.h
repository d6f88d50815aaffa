/* A plant, accesses with a fixed seed, and a store of the packaged engine that holds them: for
 * tests of questions. */
#pragma once

#include "analysis/analysis.h"
#include "base/zone.h"
#include "decode/service.h"
#include "flow/flow.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct random {
	uint64_t state;
};

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline uint32_t random_below(struct random *r, uint32_t limit)
{
	return (uint32_t)(random_next(r) % limit);
}

static inline struct addr make_addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

static inline uint32_t make_service(const char *text)
{
	uint32_t service;

	cr_assert(service_parse(text, &service), "%s", text);
	return service;
}

static inline struct addr random_addr(struct random *r)
{
	if (random_below(r, 3))
		return addr_from_v4(0xcb007000 + random_below(r, 1024));
	struct addr a = make_addr("2001:db8::");
	a.b[6] = (uint8_t)random_below(r, 2);
	a.b[7] = (uint8_t)random_below(r, 4);
	a.b[15] = (uint8_t)random_below(r, 8);
	return a;
}

/* In a second of [from_s, from_s + seconds). */
static inline struct access random_access(struct random *r, int64_t from_s, uint32_t seconds)
{
	static const char *const services[] = {
		"23/TCP", "445/TCP", "53/UDP", "8/ICMP", "GRE", "frag/UDP", "53/SCTP", "23/UDP"};
	static const char countries[][3] = {"CN", "JP", "KR", "ZZ", "US"};
	static const char *const payloads[] = {NULL, "", "abc", "GET / HTTP/1.0\r\n\r\n"};
	struct access a = {
		.ts_ns = (from_s + random_below(r, seconds)) * 1000000000,
		.src = random_addr(r),
		.dst = addr_from_v4(0xc6330000 + random_below(r, 64)),
		.service = make_service(services[random_below(r, ARRAY_SIZE(services))]),
		.length = 20 + random_below(r, 60),
		.asn = random_below(r, 6) * 1000,
		.sensor = (uint16_t)random_below(r, 3),
		.sport = (uint16_t)(5990 + random_below(r, 20)),
		.window = (uint16_t)(random_below(r, 3) * 1024),
		.ttl = (uint8_t)random_next(r),
		.class = (uint8_t)random_below(r, 3),
		.tool = (uint8_t)random_below(r, 4),
	};
	const char *payload = payloads[random_below(r, ARRAY_SIZE(payloads))];

	memcpy(a.country, countries[random_below(r, ARRAY_SIZE(countries))], 2);
	a.payload = (const uint8_t *)payload;
	a.payload_len = payload ? (uint32_t)strlen(payload) : 0;
	return a;
}

static const char *const random_tags[] = {
	"mirai-syn", "heartbleed", "zmap411-syn", "nmap-syn", "unicornscan-syn", "a.b"};
static const char *const random_syns[] = {"2-4-8-1-3_1460_7", "00_00_00", "2_1460_00"};
static const char *const random_groups[] = {"Uni Ann Arbor", "調査機関", "x"};

/* Names of the groups that random_labels() gives. */
static inline struct intern *make_groups(void)
{
	struct intern *groups = intern_new(10, 1000);

	for (size_t i = 0; i < ARRAY_SIZE(random_groups); i++)
		intern_add(groups, random_groups[i], strlen(random_groups[i]));
	return groups;
}

/* Labels of a table whose groups are make_groups(). */
static inline void random_labels(struct random *r, struct labels *l, struct access *a)
{
	const char *syn = random_syns[random_below(r, ARRAY_SIZE(random_syns))];

	a->labels = l;
	for (uint32_t i = random_below(r, 4); i > 0; i--)
		a->tags = tags_with(
			l->tags, a->tags, tags_name(l->tags, random_tags[random_below(r, ARRAY_SIZE(random_tags))]));
	a->syn = random_below(r, 2) ? intern_add(l->syns, syn, strlen(syn)) : 0;
	a->group = (uint16_t)random_below(r, ARRAY_SIZE(random_groups) + 1);
	a->handshake = random_below(r, 2);
}

/* So many sensors of 25 addresses each: s0, s1 ... in service for ever. */
static inline void make_plant(struct plant *plant, size_t sensors)
{
	struct err e = {0};

	*plant = (struct plant){0};
	for (size_t i = 0; i < sensors; i++) {
		char name[24], text[40];
		struct prefix prefix;

		snprintf(name, sizeof(name), "s%zu", i);
		snprintf(text, sizeof(text), "198.51.%zu.0", i);
		cr_assert(prefix_parse(text, false, &prefix));
		cr_assert_eq(plant_add(plant, name, &prefix, 1, false, &e), 0, "%s", e.text);
		plant->sensors[i].addresses = 25;
		plant->sensors[i].since_s = 0;
	}
	cr_assert_eq(plant_index(plant, &e), 0, "%s", e.text);
}

struct trial {
	struct store *store; /* NULL: skipped */
	char folder[64];
};

static inline int trial_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void trial_done(struct trial *t)
{
	store_close(t->store);
	nftw(t->folder, trial_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* False, with one line, where the engine is not built or not installed. */
static inline bool trial_open(struct trial *t)
{
	char program[PATH_MAX], library[PATH_MAX];
	const char *bin = getenv("TEITEN_BIN"), *deps = getenv("TEITEN_DEPS");
	struct err e = {0};

	*t = (struct trial){0};
	snprintf(program, sizeof(program), "%s/teiten-engine", bin ? bin : ".");
	snprintf(library, sizeof(library), "%s/@chdb/lib-linux-x64-gnu/libchdb.so",
		deps ? deps : TEITEN_DEPS);
	if (access(program, X_OK) < 0 || access(library, R_OK) < 0) {
		fprintf(stderr, "skipped: no %s or no %s\n", program, library);
		return false;
	}
	snprintf(t->folder, sizeof(t->folder), "/tmp/teiten-analysis-XXXXXX");
	cr_assert(mkdtemp(t->folder));
	struct store_options options = {
		.where = t->folder,
		.engine_program = program,
		.engine_library = library,
		.engine_mib = 700,
		.engine_idle_s = 5,
		.create = true,
	};
	cr_assert_eq(store_open(&options, &t->store, &e), 0, "%s", e.text);
	return true;
}

/* What some signature says of that access; NULL when none does. */
static inline const struct detection *trial_detection(const struct access *a)
{
	static const struct detection list[] = {
		{.gid = 1, .sid = 2003, .rev = 8, .category = RULE_CATEGORY_worm, .message = "SQL Slammer"},
		{.gid = 1, .sid = 469, .rev = 1, .category = RULE_CATEGORY_scan, .message = "a sweep"},
		{.gid = 3, .sid = 469, .rev = 2, .category = RULE_CATEGORY_udp_spam, .message = "it's \"popup\" spam"},
	};
	unsigned n = a->sport % 7;

	return n < ARRAY_SIZE(list) ? &list[n] : NULL;
}

/* Puts the accesses in as one segment, complete or left open. digest: any 64 digits. */
static inline void trial_insert(struct trial *t, const struct plant *plant,
	const struct access *accesses, size_t count, char digest, bool complete)
{
	struct err e = {0};
	struct segment segment = {
		.first_s = INT64_MAX, .last_s = 0, .frames = count, .accesses = count, .blocks = 1};
	AUTO(flow_free) struct flow *flow = flow_new(
		(struct flow_limits){.rows = count + 1, .payload_bytes = 1 << 20, .detections = count + 1, .signatures = 3});

	memset(segment.digest, digest, DIGEST_TEXT - 1);
	snprintf(segment.name, sizeof(segment.name), "%c.pcap", digest);
	cr_assert(flow);
	for (size_t i = 0; i < count; i++) {
		int64_t at_s = accesses[i].ts_ns / 1000000000;

		segment.first_s = at_s < segment.first_s ? at_s : segment.first_s;
		segment.last_s = at_s > segment.last_s ? at_s : segment.last_s;
		flow_add(flow, &accesses[i]);
		if (trial_detection(&accesses[i]))
			flow_detect(flow, &accesses[i], trial_detection(&accesses[i]));
	}
	const struct block *block = flow_block(flow);
	segment.rows = block->rows.count;
	cr_assert_eq(store_segment_begin(t->store, &segment, &e), 0, "%s", e.text);
	cr_assert_eq(store_insert_block(t->store, &segment, 0, block, plant, &e), 0, "%s", e.text);
	if (complete)
		cr_assert_eq(
			store_segment_complete(t->store, &segment, NULL, 0, &e), 0, "%s", e.text);
}
