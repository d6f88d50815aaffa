/* Stores of older schemas are brought up to date and lose nothing. */
#include "store_make.h"

#include "observe/plant.h"
#include "store/store.h"

/* The rows of every table as schema 1 made them, in the words of its release. */
static const char *const schema_1[] = {
	"DROP TABLE access",
	"DROP TABLE approximation",
	"DROP TABLE detection",
	"DROP TABLE ruleset",
	"DROP TABLE ruleset_file",
	"DROP TABLE judged",
	"DROP TABLE source_day",
	"DROP TABLE service_quarter",
	"DROP TABLE source_month",
	"DROP TABLE service_source_month",
	("CREATE TABLE service_source_day (day Date, service UInt32, src IPv6, country FixedString(2), packets UInt64)\n"
	 "ENGINE = SummingMergeTree(packets) ORDER BY (day, service, src, country)"),
	"CREATE TABLE source_day (day Date, src IPv6, country FixedString(2), asn UInt32,\n"
	"sensor LowCardinality(String), class Enum8('other' = 0, 'scan' = 1, 'backscatter' = 2),\n"
	"packets UInt64, bytes UInt64)\n"
	"ENGINE = SummingMergeTree((packets, bytes)) ORDER BY (day, src, country, asn, sensor, class)",
	"INSERT INTO source_day (day, sensor, packets, bytes) VALUES (20454, 'tokyo-1', 9, 360)",
	"CREATE TABLE service_quarter (quarter DateTime('UTC'), service UInt32, country FixedString(2),\n"
	"sensor LowCardinality(String), class Enum8('other' = 0, 'scan' = 1, 'backscatter' = 2),\n"
	"tool Enum8('none' = 0, 'mirai' = 1, 'zmap' = 2, 'masscan' = 3), packets UInt64, bytes UInt64)\n"
	"ENGINE = SummingMergeTree((packets, bytes)) ORDER BY (quarter, service, country, sensor, class, tool)",
	"INSERT INTO service_quarter (quarter, sensor, packets, bytes) VALUES (1767225600, 'tokyo-1', 9, 360)",
	"ALTER TABLE payload DROP COLUMN last_seen",
	("INSERT INTO payload (hash, length, bytes, first_seen)\n"
	 "VALUES ('0123456789abcdef', 3, 'abc', 1767225660)"),
	"CREATE TABLE access (\n"
	"day Date CODEC(ZSTD(1)), time DateTime('UTC') CODEC(T64, ZSTD(1)),\n"
	"sensor LowCardinality(String) CODEC(ZSTD(1)), src IPv6 CODEC(ZSTD(1)),\n"
	"dst IPv6 CODEC(ZSTD(1)), service UInt32 CODEC(ZSTD(1)), sport UInt16 CODEC(ZSTD(1)),\n"
	"length UInt32 CODEC(T64, ZSTD(1)), window UInt16 CODEC(ZSTD(1)),\n"
	"tcp_flags UInt8 CODEC(ZSTD(1)), ttl UInt8 CODEC(ZSTD(1)),\n"
	"class Enum8('other' = 0, 'scan' = 1, 'backscatter' = 2) CODEC(ZSTD(1)),\n"
	"tool Enum8('none' = 0, 'mirai' = 1, 'zmap' = 2, 'masscan' = 3) CODEC(ZSTD(1)),\n"
	"country FixedString(2) CODEC(ZSTD(1)), asn UInt32 CODEC(ZSTD(1)),\n"
	"payload FixedString(16) CODEC(ZSTD(1)), packets UInt32 CODEC(T64, ZSTD(1)),\n"
	"bytes UInt64 CODEC(T64, ZSTD(1)))\n"
	"ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (day, src, time)\n"
	"SETTINGS non_replicated_deduplication_window = 100000, fsync_after_insert = 1,\n"
	"fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, old_parts_lifetime = 480",
	("INSERT INTO access (day, time, sensor, packets, bytes)\n"
	 "VALUES (20454, 1767225600, 'tokyo-1', 7, 280)"),
	("INSERT INTO access (day, time, sensor, payload, packets, bytes)\n"
	 "VALUES (20454, 1767225660, 'tokyo-1', '0123456789abcdef', 1, 40),\n"
	 "(20454, 1767229200, 'tokyo-1', '0123456789abcdef', 1, 40)"),
	"INSERT INTO meta VALUES ('schema', '1', 1000)",
};

/* Every column of every table, but the order, which nothing depends on. */
static void columns_of(struct store *s, struct result *ret)
{
	GOOD(store_query(s,
		"SELECT table, name, type, compression_codec FROM system.columns "
		"WHERE database = currentDatabase() ORDER BY table, name",
		NULL, 0, ret, E));
}

static void expect_same(const struct result *a, const struct result *b)
{
	cr_assert_eq(a->rows, b->rows);
	for (size_t i = 0; i < a->rows; i++)
		for (size_t k = 0; k < a->columns; k++)
			cr_expect_str_eq(result_cell(a, i, k), result_cell(b, i, k), "%s.%s",
				result_cell(a, i, 0), result_cell(a, i, 1));
}

static void insert(struct store *s, struct block *block)
{
	struct segment segment = segment_make("aa");
	struct plant plant = two_sensors();

	GOOD(store_insert_block(s, &segment, 0, block, &plant, E));
}

/* As schema 2 made it: without labels. */
static const char *const schema_2[] = {
	"ALTER TABLE access DROP COLUMN tags, DROP COLUMN tcp_opts, DROP COLUMN `group`, DROP COLUMN handshake",
	("INSERT INTO access (day, time, sensor, packets, bytes, approximate)\n"
	 "VALUES (20454, 1767225600, 'tokyo-1', 7, 280, 1)"),
	"INSERT INTO meta VALUES ('schema', '2', 1000)",
};

Test(store_schema, a_store_of_schema_2_becomes_as_a_new_one_and_its_rows_have_no_labels)
{
	struct place p;
	struct result new = {0}, migrated = {0};

	place_make(&p);
	struct store *s = place_open(&p);
	columns_of(s, &new);
	for (size_t i = 0; i < sizeof(schema_2) / sizeof(schema_2[0]); i++)
		GOOD(store_execute(s, schema_2[i], NULL, 0, E));
	store_close(s);
	s = place_open(&p);
	columns_of(s, &migrated);
	expect_same(&new, &migrated);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM access WHERE tags = '' AND tcp_opts = '' AND "
				"`group` = '' AND handshake = 0 AND approximate = 1"),
		7);
	store_close(s);
	result_done(&new);
	result_done(&migrated);
	place_remove(&p);
}

Test(store_schema, a_store_of_schema_1_becomes_as_a_new_one_and_keeps_its_rows)
{
	struct place p;
	struct result new = {0}, migrated = {0};
	struct block block = block_make(1, 0, 10);

	place_make(&p);
	struct store *s = place_open(&p);
	columns_of(s, &new);
	for (size_t i = 0; i < sizeof(schema_1) / sizeof(schema_1[0]); i++)
		GOOD(store_execute(s, schema_1[i], NULL, 0, E));
	store_close(s);
	p.options.create = false; /* a question is enough */
	s = place_open(&p);
	columns_of(s, &migrated);
	expect_same(&new, &migrated);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM access WHERE approximate = 0"), 9);
	cr_expect_eq(ask_u64(s, "SELECT max(last_seen) - min(first_seen) FROM payload"), 3540);
	cr_expect_eq(ask_u64(s, "SELECT count() FROM payload FINAL"), 1, "no payload of all zeros");
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM source_month WHERE month = '2026-01-01'"), 9);
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM service_source_month"), 9);
	block.rows.approximate[3] = LEVEL_COARSE;
	insert(s, &block);
	cr_expect_eq(ask_u64(s, "SELECT count() FROM access WHERE approximate = 1"), 1);
	cr_expect_eq(ask_u64(s, "SELECT count() FROM access WHERE approximate = 0"), 12);
	store_close(s);
	s = place_open(&p); /* and once more changes nothing */
	cr_expect_eq(ask_u64(s, "SELECT sum(packets) FROM access"), 9 + block.packets);
	cr_expect_eq(ask_u64(s, "SELECT toUInt64(value) FROM meta FINAL WHERE key = 'schema'"), 7);
	store_close(s);
	result_done(&new);
	result_done(&migrated);
	block_free(&block);
	place_remove(&p);
}
