/* Blocks in, exactly once: twice, after crashes of either side, by two at once, on a full disk. */
#include "store_make.h"

#include <errno.h>
#include <sys/mount.h>

#include "observe/observe.h"
#include "store/store.h"
#include "store/tokens.h"

static int insert(struct store *s, const char *digest, uint64_t seed, uint64_t number, size_t rows,
	struct err *e)
{
	struct segment segment = segment_make(digest);
	struct plant plant = two_sensors();
	struct block block = block_make(seed, number, rows);
	int r = store_insert_block(s, &segment, number, &block, &plant, e);

	block_free(&block);
	return r;
}

static uint64_t packets_of(uint64_t seed, uint64_t blocks, size_t rows)
{
	uint64_t sum = 0;

	for (uint64_t number = 0; number < blocks; number++) {
		struct block block = block_make(seed, number, rows);

		sum += block.packets;
		block_free(&block);
	}
	return sum;
}

static struct intern *groups_make(void)
{
	struct intern *groups = intern_new(10, 100);

	intern_add(groups, "a scanner", 9);
	return groups;
}

/* Gives a row of a block every label that there is. */
static void label_row(struct block *b, struct labels *l, size_t row)
{
	uint16_t mirai = tags_with(l->tags, TAGS_NONE, tags_name(l->tags, "mirai"));

	b->labels = l;
	b->rows.tags[row] = tags_with(l->tags, mirai, tags_name(l->tags, "heartbleed"));
	b->rows.tcp_opts[row] = intern_add(l->syns, "2-4-8-1-3_1460_7", 16);
	b->rows.group[row] = 1;
	b->rows.handshake[row] = 1;
}

static uint64_t detected_of(uint64_t seed, uint64_t blocks, size_t rows)
{
	uint64_t sum = 0;

	for (uint64_t number = 0; number < blocks; number++) {
		struct block block = block_make(seed, number, rows);

		sum += block_detected(&block);
		block_free(&block);
	}
	return sum;
}

static void expect_detected(struct store *s, uint64_t truth)
{
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM detection"), truth);
}

Test(store_ingest, every_column_arrives_as_it_was)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");
	struct result answer = {0};
	AUTO(intern_free) struct intern *groups = groups_make();
	AUTO(labels_free) struct labels *l = labels_new(groups);

	place_make(&p);
	struct store *s = place_open(&p);
	struct block b = block_make(1, 0, 2);
	b.rows.day[1] = 20500;
	b.rows.time[1] = 4102444800u; /* 2100 */
	b.rows.sensor[1] = 1;
	cr_assert(addr_parse("2001:db8::5", &b.rows.src[1]));
	b.rows.dst[1] = addr_from_v4(0xffffffffu);
	b.rows.service[1] = UINT32_MAX;
	b.rows.sport[1] = 65535;
	b.rows.length[1] = 70000;
	b.rows.window[1] = 65535;
	b.rows.tcp_flags[1] = 255;
	b.rows.approximate[1] = 2;
	b.rows.ttl[1] = 255;
	b.rows.class[1] = CLASS_backscatter;
	b.rows.tool[1] = TOOL_masscan;
	memcpy(b.rows.country[1].c, "KR", 2);
	b.rows.asn[1] = UINT32_MAX;
	memset(b.rows.payload[1].b, '\n', 16); /* bytes that end a statement elsewhere */
	label_row(&b, l, 1);
	b.rows.packets[1] = UINT32_MAX;
	b.rows.bytes[1] = UINT64_MAX / 4;
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	GOOD(store_query(s,
		"SELECT toUInt16(day), toUnixTimestamp(time), sensor, src, dst, service, sport, "
		"length, window, tcp_flags, ttl, "
		"class, tool, country, asn, hex(payload), tags, tcp_opts, `group`, handshake, "
		"approximate, packets, bytes FROM access WHERE "
		"toUInt16(day) = "
		"20500",
		NULL, 0, &answer, E));
	static const char *const expected[] = {"20500", "4102444800", "osaka.2", "2001:db8::5",
		"::ffff:255.255.255.255", "4294967295", "65535", "70000", "65535", "255", "255",
		"backscatter", "masscan", "KR", "4294967295", "0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A",
		"heartbleed mirai", "2-4-8-1-3_1460_7", "a scanner", "1", "2", "4294967295",
		"4611686018427387903"};
	cr_assert_eq(answer.rows, 1);
	cr_assert_eq(answer.columns, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < answer.columns; i++)
		cr_expect_str_eq(result_cell(&answer, 0, i), expected[i]);
	result_done(&answer);
	expect_rollups(s);
	block_free(&b);
	store_close(s);
	place_remove(&p);
}

Test(store_ingest, rollups_of_rows_without_source_are_as_exact)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");
	uint64_t packets = 0;

	place_make(&p);
	struct store *s = place_open(&p);
	for (uint64_t number = 0; number < 2; number++) {
		struct block b = block_make(3, number, 5000);

		for (size_t i = 0; i < b.rows.count; i++) {
			b.rows.approximate[i] = (uint8_t)(i % 3);
			if (b.rows.approximate[i] == LEVEL_EXACT)
				continue;
			b.rows.dst[i] = (struct addr){0};
			if (b.rows.approximate[i] == LEVEL_COARSE)
				continue;
			b.rows.src[i] = (struct addr){0};
			b.rows.asn[i] = 0;
		}
		GOOD(store_insert_block(s, &segment, number, &b, &plant, E));
		packets += b.packets;
		block_free(&b);
	}
	expect_packets(s, packets);
	expect_rollups(s);
	store_close(s);
	place_remove(&p);
}

Test(store_ingest, payloads_are_kept_once_with_their_first_time)
{
	struct place p;
	struct plant plant = two_sensors();
	struct result answer = {0};
	static const char bytes[] = "GET /\n\n; DROP TABLE access\0x";

	place_make(&p);
	struct store *s = place_open(&p);
	for (unsigned i = 0; i < 3; i++) {
		struct segment segment = segment_make((const char *[]){"aa", "bb", "cc"}[i]);
		struct block b = block_make(i, 0, 3);

		b.payload_bytes_len = sizeof(bytes);
		b.payload_bytes = malloc(sizeof(bytes));
		memcpy(b.payload_bytes, bytes, sizeof(bytes));
		b.payload_count = 2;
		b.payloads = calloc(2, sizeof(*b.payloads));
		b.payloads[0] = (struct payload_entry){.hash = {{1, 10, 10}},
			.length = 9000,
			.first_seen = 2000 - i,
			.kept = sizeof(bytes)};
		b.payloads[1] = (struct payload_entry){
			.hash = {{2}}, .length = 0, .first_seen = 7, .kept = 0};
		GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
		block_free(&b);
	}
	GOOD(store_query(s,
		"SELECT max(length), hex(max(bytes)), toUnixTimestamp(min(first_seen)) FROM "
		"payload GROUP BY hash ORDER BY hash",
		NULL, 0, &answer, E));
	cr_assert_eq(answer.rows, 2);
	cr_expect_str_eq(result_cell(&answer, 0, 0), "9000");
	cr_expect_str_eq(result_cell(&answer, 0, 1),
		"474554202F0A0A3B2044524F50205441424C45206163636573730078"
		"00");
	cr_expect_str_eq(result_cell(&answer, 0, 2), "1998");
	cr_expect_str_eq(result_cell(&answer, 1, 1), "");
	result_done(&answer);
	store_close(s);
	place_remove(&p);
}

Test(store_ingest, a_block_sent_again_changes_nothing)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	for (int again = 0; again < 3; again++)
		for (uint64_t number = 0; number < 3; number++)
			GOOD(insert(s, "aa", 1, number, 500, E));
	expect_packets(s, packets_of(1, 3, 500));
	expect_detected(s, detected_of(1, 3, 500));
	expect_rollups(s);
	/* also after the engine forgot everything that it did not write down */
	kill(engine_pid(&p), SIGKILL);
	GOOD(insert(s, "aa", 1, 2, 500, E));
	expect_packets(s, packets_of(1, 3, 500));
	store_close(s);
	place_remove(&p);
}

Test(store_ingest, equal_blocks_of_different_segments_both_count)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(insert(s, "aa", 1, 0, 500, E));
	GOOD(insert(s, "bb", 1, 0, 500, E));
	expect_packets(s, 2 * packets_of(1, 1, 500));
	expect_rollups(s);
	store_close(s);
	place_remove(&p);
}

Test(store_ingest, an_empty_block_is_nothing)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(insert(s, "aa", 1, 0, 0, E));
	expect_packets(s, 0);
	store_close(s);
	place_remove(&p);
}

/* Other settings cut blocks differently, other place data fill them differently: neither may be
 * mixed. */
Test(store_ingest, a_block_that_is_not_the_same_as_before_is_refused)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");
	struct err e = {0};

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(insert(s, "aa", 1, 0, 500, E));
	GOOD(insert(s, "aa", 1, 1, 500, E));
	cr_expect_eq(insert(s, "aa", 1, 0, 400, &e), -ESTALE);
	cr_expect(strstr(e.text, "aa.pcap"), "%s", e.text);
	cr_expect_eq(insert(s, "aa", 1, 1, 400, &(struct err){0}), -ESTALE);
	struct block b = block_make(1, 0, 500);
	b.rows.asn[7]++;
	cr_expect_eq(store_insert_block(s, &segment, 0, &b, &plant, &(struct err){0}), 0,
		"is in, whatever AS data say today");
	block_free(&b);
	b = block_make(1, 1, 500);
	b.rows.asn[7]++;
	cr_expect_eq(store_insert_block(s, &segment, 1, &b, &plant, &(struct err){0}), -ESTALE,
		"may be torn");
	block_free(&b);
	GOOD(insert(s, "aa", 1, 1, 500, E));
	b = block_make(1, 0, 500);
	b.detections.sid[3]++;
	cr_expect_eq(store_insert_block(s, &segment, 0, &b, &plant, &(struct err){0}), -ESTALE,
		"one capture, one set of signatures");
	block_free(&b);
	expect_packets(s, packets_of(1, 2, 500));
	store_close(s);
	place_remove(&p);
}

/* The engine remembers tokens for STORE_WINDOW parts; beyond that a torn block could count twice. */
Test(store_ingest, a_block_that_the_engine_forgot_is_refused)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(insert(s, "aa", 1, 0, 500, E));
	GOOD(store_execute(s,
		"INSERT INTO block (digest, number, cut, filled, parts) VALUES ('zz', 0, 0, 0, "
		"99998)",
		NULL, 0, E));
	GOOD(insert(s, "aa", 1, 0, 500, E));
	GOOD(store_execute(s,
		"INSERT INTO block (digest, number, cut, filled, parts) VALUES ('zz', 1, 0, 0, 1)",
		NULL, 0, E));
	cr_expect_eq(insert(s, "aa", 1, 0, 500, &(struct err){0}), -ESTALE);
	store_close(s);
	place_remove(&p);
}

/* The order of sensors in the configuration is no difference. */
Test(store_ingest, sensors_are_known_by_name)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(insert(s, "aa", 1, 0, 500, E));
	struct block b = block_make(1, 0, 500);
	struct sensor other = plant.sensors[0];
	plant.sensors[0] = plant.sensors[1];
	plant.sensors[1] = other;
	for (size_t i = 0; i < b.rows.count; i++)
		b.rows.sensor[i] ^= 1;
	for (size_t i = 0; i < b.detections.count; i++)
		b.detections.sensor[i] ^= 1;
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	expect_packets(s, packets_of(1, 1, 500));
	block_free(&b);
	store_close(s);
	place_remove(&p);
}

/* The same labels under other numbers are the same block; another label is another block. */
Test(store_ingest, labels_are_known_by_their_texts)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");
	AUTO(intern_free) struct intern *groups = groups_make();
	AUTO(labels_free) struct labels *first = labels_new(groups);
	AUTO(labels_free) struct labels *second = labels_new(groups);
	struct block b = block_make(1, 0, 500);

	place_make(&p);
	struct store *s = place_open(&p);
	label_row(&b, first, 7);
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	intern_add(second->syns, "another", 7);
	tags_with(second->tags, TAGS_NONE, tags_name(second->tags, "another"));
	label_row(&b, second, 7);
	cr_assert_neq(b.rows.tags[7], 2);
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	expect_packets(s, packets_of(1, 1, 500));
	b.rows.tags[7]--;
	cr_expect_eq(store_insert_block(s, &segment, 0, &b, &plant, &(struct err){0}), -ESTALE);
	label_row(&b, second, 7);
	b.rows.tcp_opts[7]--;
	cr_expect_eq(store_insert_block(s, &segment, 0, &b, &plant, &(struct err){0}), -ESTALE);
	block_free(&b);
	store_close(s);
	place_remove(&p);
}

Test(store_ingest, a_block_over_many_months_counts_once)
{
	struct place p;
	struct plant plant = two_sensors();
	struct segment segment = segment_make("aa");

	place_make(&p);
	struct store *s = place_open(&p);
	struct block b = block_make(1, 0, 303);
	for (size_t i = 0; i < b.rows.count; i++) {
		/* 101 months from 1970: one more than the engine takes by default */
		b.rows.time[i] = (uint32_t)(86400 * 31 * (i / 3));
		b.rows.day[i] = (uint16_t)(b.rows.time[i] / 86400);
	}
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	GOOD(store_insert_block(s, &segment, 0, &b, &plant, E));
	expect_packets(s, b.packets);
	expect_rollups(s);
	block_free(&b);
	store_close(s);
	place_remove(&p);
}

/* --- crashes --- */

enum { CRASH_SEGMENTS = 4, CRASH_BLOCKS = 10, CRASH_ROWS = 700 };

static const char *crash_digest(uint64_t seed)
{
	return (const char *[]){"s0", "s1", "s2", "s3"}[seed];
}

/* What an import does; 0 when it came to the end. */
static int take_in(const struct place *p, uint64_t seed)
{
	struct segment segment = segment_make(crash_digest(seed));
	struct store *s = NULL;
	struct err e = {0};
	int r = store_open(&p->options, &s, &e);

	if (r >= 0)
		r = store_segment_begin(s, &segment, &e);
	for (uint64_t number = 0; r >= 0 && number < CRASH_BLOCKS; number++)
		r = insert(s, segment.digest, seed, number, CRASH_ROWS, &e);
	if (r >= 0)
		r = store_segment_complete(s, &segment, NULL, 0, &e);
	if (r < 0)
		fprintf(stderr, "take_in: %s\n", e.text);
	store_close(s);
	return r;
}

static pid_t take_in_process(const struct place *p, uint64_t seed)
{
	pid_t child = fork();

	cr_assert_geq(child, 0);
	if (child == 0)
		_exit(take_in(p, seed) < 0);
	return child;
}

Test(store_ingest, is_exact_after_any_number_of_kills, .timeout = 300)
{
	struct place p;
	unsigned random = (unsigned)time(NULL);
	int status, torn = 0, finished = 0;

	place_make(&p);
	fprintf(stderr, "seed %u\n", random);
	struct store *s = place_open(&p); /* keeps the engine, so that only our kills end it */
	for (int round = 0; round < 32; round++) {
		pid_t child = take_in_process(&p, (uint64_t)rand_r(&random) % CRASH_SEGMENTS);

		sleep_ms(20 + rand_r(&random) % 250);
		if (round % 4 == 3)
			kill(engine_pid(&p), SIGKILL);
		if (round % 4 != 3 || rand_r(&random) % 2)
			kill(child, SIGKILL);
		waitpid(child, &status, 0);
		finished += WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (ask_u64(s, "SELECT sum(packets) FROM access") !=
			ask_u64(s, "SELECT sum(packets) FROM service_source_month"))
			torn++;
	}
	uint64_t truth = 0, detected = 0;
	for (uint64_t seed = 0; seed < CRASH_SEGMENTS; seed++) {
		cr_assert_eq(take_in(&p, seed), 0);
		truth += packets_of(seed, CRASH_BLOCKS, CRASH_ROWS);
		detected += detected_of(seed, CRASH_BLOCKS, CRASH_ROWS);
	}
	fprintf(stderr, "%d of 32 runs came to the end, %d times the roll-ups were behind\n",
		finished, torn);
	expect_packets(s, truth);
	expect_detected(s, detected);
	expect_rollups(s);
	cr_expect_eq(
		ask_u64(s, "SELECT count() FROM segment FINAL WHERE complete"), CRASH_SEGMENTS);
	store_close(s);
	place_remove(&p);
}

/* The engine writes a token down before the part of that token has its name, and only then can a
 * kill come. What it leaves is made here: a token without its part, and half a line. */
static void leave_token_without_part(struct store *s, const struct place *p, const char *table)
{
	char sql[256], logs[512];
	struct result answer = {0};

	snprintf(sql, sizeof(sql),
		"SELECT path, replaceRegexpOne(path, '[^/]*/$', '') FROM system.parts WHERE "
		"active AND table = '%s' ORDER BY max_block_number DESC LIMIT 1",
		table);
	GOOD(store_query(s, sql, NULL, 0, &answer, E));
	cr_assert_eq(answer.rows, 1);
	kill(engine_pid(p), SIGKILL);
	cr_assert(engine_gone(p, 5000));
	nftw(result_cell(&answer, 0, 0), remove_one, 16, FTW_DEPTH | FTW_PHYS);
	snprintf(logs, sizeof(logs), "%sdeduplication_logs/deduplication_log_1.txt",
		result_cell(&answer, 0, 1));
	FILE *log = fopen(logs, "ae");
	cr_assert(log, "%s", logs);
	fputs("1\t2026", log);
	fclose(log);
	result_done(&answer);
}

Test(store_ingest, a_token_that_a_kill_left_without_its_rows_does_not_count)
{
	struct place p;

	place_make(&p);
	struct store *s = place_open(&p);
	GOOD(store_execute(s, "SYSTEM STOP MERGES service_quarter", NULL, 0, E));
	for (uint64_t number = 0; number < 3; number++)
		GOOD(insert(s, "aa", 1, number, 500, E));
	leave_token_without_part(s, &p, "service_quarter");
	GOOD(insert(s, "aa", 1, 2, 500, E));
	expect_packets(s, packets_of(1, 3, 500));
	/* what was written behind the half line is read, too */
	kill(engine_pid(&p), SIGKILL);
	GOOD(insert(s, "aa", 1, 2, 500, E));
	expect_packets(s, packets_of(1, 3, 500));
	expect_rollups(s);
	store_close(s);
	place_remove(&p);
}

/* A log that cannot be opened tells that it was looked for. */
Test(store_ingest, tokens_are_synced_whatever_the_folder_is_called)
{
	char folder[] = "/tmp/teiten-test-[ab]*?-XXXXXX", path[256];
	static const char *const below[] = {"/clickhouse", "/clickhouse/store",
		"/clickhouse/store/a", "/clickhouse/store/a/b",
		"/clickhouse/store/a/b/deduplication_logs"};
	struct err e = {0};

	cr_assert(mkdtemp(folder));
	cr_expect_eq(tokens_sync(folder, &e), 0, "a store without tables");
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, below[i]);
		cr_assert_eq(mkdir(path, 0700), 0);
	}
	cr_expect_eq(tokens_sync(folder, &e), 0);
	snprintf(path, sizeof(path), "%s%s/deduplication_log_1.txt", folder, below[4]);
	cr_assert_eq(symlink(path, path), 0);
	cr_expect_lt(tokens_sync(folder, &e), 0);
	cr_expect(strstr(e.text, path), "%s", e.text);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

Test(store_ingest, two_processes_on_one_store_are_exact)
{
	struct place p;
	pid_t children[4];
	int status;

	place_make(&p);
	store_close(place_open(&p));
	for (uint64_t i = 0; i < 4; i++)
		children[i] = take_in_process(&p, i / 2); /* each segment by two at once */
	for (uint64_t i = 0; i < 4; i++) {
		waitpid(children[i], &status, 0);
		cr_expect_eq(status, 0);
	}
	struct store *s = place_open(&p);
	expect_packets(s,
		packets_of(0, CRASH_BLOCKS, CRASH_ROWS) + packets_of(1, CRASH_BLOCKS, CRASH_ROWS));
	expect_rollups(s);
	store_close(s);
	place_remove(&p);
}

/* Blocks until the disk is full, then more room. */
Test(store_ingest, a_full_disk_is_said_and_loses_nothing, .timeout = 120)
{
	struct place p;
	struct err e = {0};
	char inside[128];
	uint64_t number = 0;
	int r = 0;

	place_make(&p);
	if (mount("teiten-test", p.folder, "tmpfs", 0, "size=24m") < 0) {
		rmdir(p.folder);
		cr_skip_test("no permission to mount a tmpfs");
	}
	snprintf(inside, sizeof(inside), "%s/store", p.folder);
	p.options.where = inside;
	struct store *s = place_open(&p);
	while (r == 0 && number < 200)
		if ((r = insert(s, "aa", 1, number, 50000, &e)) == 0)
			number++;
	cr_expect_eq(r, -ENOSPC, "%d %s", r, e.text);
	cr_expect(strstr(e.text, "no space left"), "%s", e.text);
	cr_expect_gt(number, 0);
	cr_assert_eq(mount("teiten-test", p.folder, "tmpfs", MS_REMOUNT, "size=200m"), 0);
	for (uint64_t again = 0; again < number + 2; again++)
		GOOD(insert(s, "aa", 1, again, 50000, E));
	expect_packets(s, packets_of(1, number + 2, 50000));
	expect_rollups(s);
	store_close(s);
	sleep_ms(1500);
	for (int i = 0; i < 100 && umount(p.folder) < 0; i++)
		sleep_ms(50);
	rmdir(p.folder);
}
