/* What the tests of the store share: a store in a folder of its own that is gone afterwards, and
 * blocks with a known truth. */
#pragma once

#include <criterion/criterion.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <time.h>

#include "base/zone.h"
#include "store/store.h"

#define GOOD(call)                                                                                 \
	do {                                                                                       \
		struct err good_error = {0};                                                       \
		int good_result = (call);                                                          \
		cr_assert_geq(good_result, 0, "%s: %d %s", #call, good_result, good_error.text);   \
	} while (0)
/* The error argument of a call inside GOOD(). */
#define E (&good_error)

struct place {
	char folder[64];
	char program[256];
	char library[256];
	struct store_options options;
};

static inline void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* A folder that does not exist yet; skips the test where the engine's library is not installed. */
static inline void place_make(struct place *p)
{
	const char *bin = getenv("TEITEN_BIN");
	struct err e = {0};

	snprintf(p->library, sizeof(p->library), "%s/@chdb/lib-linux-x64-gnu/libchdb.so",
		TEITEN_DEPS);
	snprintf(p->program, sizeof(p->program), "%s/teiten-engine", bin ? bin : ".");
	if (access(p->library, R_OK) < 0 || access(p->program, X_OK) < 0)
		cr_skip_test("no engine here: %s, %s", p->program, p->library);
	snprintf(p->folder, sizeof(p->folder), "/tmp/teiten-test-store-XXXXXX");
	cr_assert(mkdtemp(p->folder));
	p->options = (struct store_options){.where = p->folder,
		.engine_program = p->program,
		.engine_library = p->library,
		.engine_mib = 500,
		.engine_idle_s = 1,
		.create = true};
	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
}

static inline struct store *place_open(struct place *p)
{
	struct store *s = NULL;

	GOOD(store_open(&p->options, &s, E));
	return s;
}

/* What engine.json says; 0 when there is none. */
static inline long engine_value(const struct place *p, const char *key)
{
	char path[128], text[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/engine.json", p->folder);
	f = fopen(path, "r");
	if (!f)
		return 0;
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	const char *at = strstr(text, key);
	return at ? strtol(at + strlen(key) + 2, NULL, 10) : 0;
}

static inline pid_t engine_pid(const struct place *p)
{
	return (pid_t)engine_value(p, "pid");
}

/* Waits until no engine has the folder. */
static inline bool engine_gone(const struct place *p, long wait_ms)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/engine.lock", p->folder);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return true;
	bool gone;
	while (!(gone = flock(fd, LOCK_EX | LOCK_NB) == 0) && wait_ms > 0) {
		sleep_ms(20);
		wait_ms -= 20;
	}
	close(fd);
	return gone;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

static inline void place_remove(struct place *p)
{
	pid_t pid = engine_pid(p);

	if (pid > 0)
		kill(pid, SIGTERM);
	cr_expect(engine_gone(p, 5000), "the engine does not stop");
	nftw(p->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline uint64_t ask_u64(struct store *s, const char *sql)
{
	struct result answer = {0};

	GOOD(store_query(s, sql, NULL, 0, &answer, E));
	uint64_t value = result_u64(&answer, 0, 0);
	result_done(&answer);
	return value;
}

/* A plant of two sensors without addresses. */
static inline struct plant two_sensors(void)
{
	static struct sensor sensors[2];
	static char first[] = "tokyo-1", second[] = "osaka.2";

	sensors[0].name = first;
	sensors[1].name = second;
	return (struct plant){.sensors = sensors, .count = 2};
}

/* Every fifth row was detected, by one of three signatures. */
static inline void detections_make(struct block *b)
{
	static const char *const messages[] = {"SCAN a port", "WORM it's \\ a \"worm\"", ""};
	struct detection_rows *d = &b->detections;

#define X(name, type, sql, codec) d->name = calloc(b->rows.count / 5 + 1, sizeof(type));
	DETECTION_COLUMNS(X)
#undef X
	for (size_t i = 0; i < b->rows.count; i += 5, d->count++) {
		size_t n = d->count;

		d->time[n] = b->rows.time[i];
		d->day[n] = b->rows.day[i];
		d->sensor[n] = b->rows.sensor[i];
		d->src[n] = b->rows.src[i];
		d->dst[n] = b->rows.dst[i];
		d->service[n] = b->rows.service[i];
		d->country[n] = b->rows.country[i];
		d->asn[n] = b->rows.asn[i];
		d->packets[n] = b->rows.packets[i];
		d->gid[n] = 1;
		d->sid[n] = 9000001 + (uint32_t)(i / 5 % 3);
		d->rev[n] = 2;
		d->message[n] = messages[i / 5 % 3];
		d->category[n] = (uint8_t)(1 + i / 5 % 3);
	}
}

/* A block whose rows depend only on (seed, number): several days, sources, services, sensors; each
 * row counts 1 to 3. */
static inline struct block block_make(uint64_t seed, uint64_t number, size_t rows)
{
	struct block b = {.rows.count = rows};

#define X(name, type, sql, codec) b.rows.name = calloc(rows, sizeof(type));
	ACCESS_COLUMNS(X)
#undef X
	for (size_t i = 0; i < rows; i++) {
		uint64_t r =
			(seed * 1000003 + number) * 0x9e3779b97f4a7c15u + i * 0xd1342543de82ef95u;

		r ^= r >> 29;
		r *= 0xbf58476d1ce4e5b9u;
		r ^= r >> 32;
		b.rows.time[i] = 1767225600u + (uint32_t)(number * 3600 + i * 3600 / rows);
		b.rows.day[i] = (uint16_t)((b.rows.time[i] + 9 * 3600) / 86400);
		b.rows.sensor[i] = r & 1;
		b.rows.src[i] = addr_from_v4(0x0a000000u + (uint32_t)(r >> 8) % 500);
		b.rows.dst[i] = addr_from_v4(0xc6336401u);
		b.rows.service[i] = 6u << 16 | (uint16_t)((r >> 20) % 30);
		b.rows.class[i] = (uint8_t)((r >> 30) % 3);
		b.rows.tool[i] = (uint8_t)((r >> 33) % 4);
		memcpy(b.rows.country[i].c, r >> 40 & 1 ? "JP" : "ZZ", 2);
		b.rows.asn[i] = (uint32_t)(r >> 41) % 10;
		b.rows.packets[i] = 1 + (uint32_t)(r >> 50) % 3;
		b.rows.bytes[i] = 40ull * b.rows.packets[i];
		b.packets += b.rows.packets[i];
	}
	detections_make(&b);
	return b;
}

static inline uint64_t block_detected(const struct block *b)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < b->detections.count; i++)
		sum += b->detections.packets[i];
	return sum;
}

static inline void block_free(struct block *b)
{
#define X(name, type, sql, codec) free(b->rows.name);
	ACCESS_COLUMNS(X)
#undef X
#define X(name, type, sql, codec) free(b->detections.name);
	DETECTION_COLUMNS(X)
#undef X
	free(b->payloads);
	free(b->payload_bytes);
}

static inline struct segment segment_make(const char *digest)
{
	struct segment s = {.first_s = 1767225600, .last_s = 1767225600 + 86400, .frames = 10};

	snprintf(s.digest, sizeof(s.digest), "%s", digest);
	snprintf(s.name, sizeof(s.name), "%s.pcap", digest);
	return s;
}

/* Every table that counts packets agrees with the truth. */
static inline void expect_packets(struct store *s, uint64_t truth)
{
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM access"), truth);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM source_day"), truth);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM service_quarter"), truth);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM source_month"), truth);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM service_source_month"), truth);
}

/* Every roll-up is, key by key, what `access` says: the number of keys that differ. */
static inline void expect_rollups(struct store *s)
{
	cr_expect_eq(
		ask_u64(s, "SELECT count() FROM (SELECT day, src, country, asn, toString(sensor) "
			   "AS n, class, sum(p) AS d FROM ("
			   "SELECT day, src, country, asn, sensor, class, toInt64(packets) AS p "
			   "FROM access UNION ALL "
			   "SELECT day, src, country, asn, sensor, class, -toInt64(packets) FROM "
			   "source_day) GROUP BY day, src, country, asn, n, class HAVING d != 0)"),
		0);
	cr_expect_eq(
		ask_u64(s, "SELECT count() FROM (SELECT quarter, service, country, "
			   "toString(sensor) AS n, class, tool, sum(p) AS d FROM ("
			   "SELECT toStartOfFifteenMinutes(time) AS quarter, service, country, "
			   "sensor, class, tool, toInt64(packets) AS p FROM access UNION ALL "
			   "SELECT quarter, service, country, sensor, class, tool, "
			   "-toInt64(packets) FROM service_quarter) "
			   "GROUP BY quarter, service, country, n, class, tool HAVING d != 0)"),
		0);
	cr_expect_eq(
		ask_u64(s,
			"SELECT count() FROM (SELECT m, service, src, country, sum(p) AS d FROM ("
			"SELECT toStartOfMonth(day) AS m, service, src, country, "
			"toInt64(packets) AS p FROM access UNION ALL "
			"SELECT month, service, src, country, -toInt64(packets) FROM "
			"service_source_month) "
			"GROUP BY m, service, src, country HAVING d != 0)"),
		0);
	cr_expect_eq(
		ask_u64(s,
			"SELECT count() FROM (SELECT m, src, country, asn, class, tool, sum(p) AS "
			"d FROM (SELECT toStartOfMonth(day) AS m, src, country, asn, class, tool, "
			"toInt64(packets) AS p FROM access UNION ALL "
			"SELECT month, src, country, asn, class, tool, -toInt64(packets) FROM "
			"source_month) "
			"GROUP BY m, src, country, asn, class, tool HAVING d != 0)"),
		0);
}
