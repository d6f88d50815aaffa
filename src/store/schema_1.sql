-- Schema 1. Each statement ends with a semicolon at the end of a line. Words in capitals between braces are filled in by
-- schema.c: the columns of flow/rows.h, the names of observe/observe.h, and the settings that make a block count once
-- and survive a power cut.

-- One row per minute, sensor and flow key (flow/rows.h).
CREATE TABLE IF NOT EXISTS access
(
{ACCESS_COLUMNS}
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (day, src, time)
SETTINGS {EXACTLY_ONCE};

-- The roll-ups: exact sums, sent with each block (rollup.c). Read with sum() and GROUP BY, as rows merge only by and by.

-- Distinct sources, countries and networks by local day.
CREATE TABLE IF NOT EXISTS source_day
(
	day Date CODEC(ZSTD(1)),
	src IPv6 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	asn UInt32 CODEC(ZSTD(1)),
	sensor LowCardinality(String) CODEC(ZSTD(1)),
	class {CLASSES} CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1)),
	bytes UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree((packets, bytes))
PARTITION BY toYYYYMM(day)
ORDER BY (day, src, country, asn, sensor, class)
SETTINGS {EXACTLY_ONCE};

-- Time series. A quarter of an hour, because offsets from UTC are multiples of it.
CREATE TABLE IF NOT EXISTS service_quarter
(
	quarter DateTime('UTC') CODEC(T64, ZSTD(1)),
	service UInt32 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	sensor LowCardinality(String) CODEC(ZSTD(1)),
	class {CLASSES} CODEC(ZSTD(1)),
	tool {TOOLS} CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1)),
	bytes UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree((packets, bytes))
PARTITION BY toYYYYMM(quarter)
ORDER BY (quarter, service, country, sensor, class, tool)
SETTINGS {EXACTLY_ONCE};

-- Distinct sources by service.
CREATE TABLE IF NOT EXISTS service_source_day
(
	day Date CODEC(ZSTD(1)),
	service UInt32 CODEC(ZSTD(1)),
	src IPv6 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree(packets)
PARTITION BY toYYYYMM(day)
ORDER BY (day, service, src, country)
SETTINGS {EXACTLY_ONCE};

-- Distinct payloads. Read with GROUP BY hash: max(length), max(bytes), min(first_seen).
CREATE TABLE IF NOT EXISTS payload
(
	hash FixedString(16) CODEC(ZSTD(1)),
	length SimpleAggregateFunction(max, UInt32) CODEC(ZSTD(1)),
	bytes SimpleAggregateFunction(max, String) CODEC(ZSTD(1)),
	first_seen SimpleAggregateFunction(min, DateTime('UTC')) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY hash
SETTINGS {EXACTLY_ONCE};

-- The ledgers: the row with the highest version counts (read with FINAL).
-- What was taken in; struct segment of store/store.h.
CREATE TABLE IF NOT EXISTS segment
(
	digest String,
	name String,
	archive String,
	origin String,
	sensor String,
	bytes UInt64,
	first_s Int64,
	last_s Int64,
	frames UInt64,
	accesses UInt64,
	oddities UInt64,
	not_ip UInt64,
	left_sensor UInt64,
	no_sensor UInt64,
	out_of_service UInt64,
	dropped UInt64,
	rows UInt64,
	blocks UInt64,
	cut_off UInt8,
	complete UInt8,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY digest
SETTINGS {DURABLE};

-- Its blocks, noted before they are sent (ingest.c).
CREATE TABLE IF NOT EXISTS block
(
	digest String,
	number UInt64,
	cut UInt64,
	filled UInt64,
	parts UInt64,
	noted DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
)
ENGINE = MergeTree
ORDER BY (digest, number)
SETTINGS {DURABLE};

-- What of it each sensor saw; struct coverage.
CREATE TABLE IF NOT EXISTS coverage
(
	digest String,
	sensor String,
	from_s Int64,
	to_s Int64,
	addresses UInt64,
	packets UInt64,
	dropped UInt64,
	lost UInt64,
	inferred UInt8,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (digest, sensor)
SETTINGS {DURABLE};

-- Sensors that no configuration names, by their addresses.
CREATE TABLE IF NOT EXISTS sensor
(
	name String,
	prefix String,
	inferred UInt8,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (name, prefix)
SETTINGS {DURABLE};
