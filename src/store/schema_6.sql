-- Schema 6: what sensors posted.

-- One row per segment of a sensor, in whatever form it came first; struct posted of store/store.h. A batch of them (the rows of one n)
-- is one insert, and its token is the n: so of two collectors that claim the next n one gets it, and a segment is in one batch only.
CREATE TABLE IF NOT EXISTS posted
(
	n UInt64 CODEC(Delta, ZSTD(1)),
	collector LowCardinality(String) CODEC(ZSTD(1)),
	sensor LowCardinality(String) CODEC(ZSTD(1)),
	epoch FixedString(16) CODEC(ZSTD(1)),
	sequence UInt64 CODEC(Delta, ZSTD(1)),
	digest FixedString(32),
	level UInt64 CODEC(T64, ZSTD(1)),
	covers_from UInt64 CODEC(Delta, ZSTD(1)),
	observed_from_s Int64 CODEC(Delta, ZSTD(1)),
	observed_to_s Int64 CODEC(Delta, ZSTD(1)),
	taken_s Int64 CODEC(Delta, ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1)),
	heard UInt64 CODEC(T64, ZSTD(1)),
	lost_ring UInt64 CODEC(T64, ZSTD(1)),
	lost_interface UInt64 CODEC(T64, ZSTD(1)),
	lost_spool UInt64 CODEC(T64, ZSTD(1)),
	bodies_cut UInt64 CODEC(T64, ZSTD(1)),
	addresses UInt64 CODEC(T64, ZSTD(1)),
	stretch UInt64 CODEC(Delta, ZSTD(1)),
	read_from UInt64 CODEC(Delta, ZSTD(1)),
	run_first UInt64 CODEC(Delta, ZSTD(1)),
	run_last UInt64 CODEC(Delta, ZSTD(1)),
	read_to UInt64 CODEC(Delta, ZSTD(1)),
	from_sequence UInt64 CODEC(Delta, ZSTD(1)),
	from_packet UInt64 CODEC(T64, ZSTD(1)),
	to_sequence UInt64 CODEC(Delta, ZSTD(1)),
	to_packet UInt64 CODEC(T64, ZSTD(1)),
	INDEX by_n n TYPE minmax GRANULARITY 1,
	INDEX by_time observed_to_s TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (sensor, epoch, sequence)
SETTINGS {EXACTLY_ONCE};

-- Segments that a collector set aside; struct posted_refusal.
CREATE TABLE IF NOT EXISTS refused
(
	collector String,
	sensor String,
	name String,
	reason String,
	refused_s Int64,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (sensor, collector, name)
SETTINGS {DURABLE};

-- Reports that were made once their period was over, each time that the data of their periods was another; struct edition.
CREATE TABLE IF NOT EXISTS edition
(
	from_s Int64,
	to_s Int64,
	versus_from_s Int64,
	versus_to_s Int64,
	filter String,
	data UInt64,
	packets UInt64,
	made_s Int64
)
ENGINE = MergeTree
ORDER BY (from_s, to_s, versus_from_s, versus_to_s, filter, made_s)
SETTINGS {DURABLE};
