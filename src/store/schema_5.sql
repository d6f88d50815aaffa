-- Schema 5: roll-ups by month, which is what most questions are about: where sources come back, a month has a third of the rows of its
-- days. A month of distinct sources by service takes the place of its days, whose questions read `access`. And the sums of bytes go,
-- which no question reads. Tables are filled month by month of what stays (migrate.c). (An import that was interrupted under an older
-- schema has blocks of another identity: none is sent again.)

-- Sources, countries and networks by local month (its first day).
CREATE OR REPLACE TABLE source_month
(
	month Date CODEC(ZSTD(1)),
	src IPv6 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	asn UInt32 CODEC(ZSTD(1)),
	class {CLASSES} CODEC(ZSTD(1)),
	tool {TOOLS} CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree(packets)
PARTITION BY toYYYYMM(month)
ORDER BY (month, src, country, asn, class, tool)
SETTINGS {EXACTLY_ONCE}, {MERGED_WHEN_QUIET};

ALTER TABLE source_month DROP PARTITION {MONTH};

INSERT INTO source_month
SELECT toStartOfMonth(day), src, country, asn, class, tool, packets
FROM access
WHERE toYYYYMM(day) = {MONTH}
SETTINGS insert_deduplicate = 0;

-- Services and their distinct sources by local month.
CREATE OR REPLACE TABLE service_source_month
(
	month Date CODEC(ZSTD(1)),
	service UInt32 CODEC(ZSTD(1)),
	src IPv6 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree(packets)
PARTITION BY toYYYYMM(month)
ORDER BY (month, service, src, country)
SETTINGS {EXACTLY_ONCE}, {MERGED_WHEN_QUIET};

ALTER TABLE service_source_month DROP PARTITION {MONTH};

INSERT INTO service_source_month
SELECT toStartOfMonth(day), service, src, country, packets
FROM access
WHERE toYYYYMM(day) = {MONTH}
SETTINGS insert_deduplicate = 0;

DROP TABLE IF EXISTS service_source_day SYNC;

-- Distinct sources, countries and networks by local day.
CREATE OR REPLACE TABLE source_day_new
(
	day Date CODEC(ZSTD(1)),
	src IPv6 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	asn UInt32 CODEC(ZSTD(1)),
	sensor LowCardinality(String) CODEC(ZSTD(1)),
	class {CLASSES} CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree(packets)
PARTITION BY toYYYYMM(day)
ORDER BY (day, src, country, asn, sensor, class)
SETTINGS {EXACTLY_ONCE};

ALTER TABLE source_day_new DROP PARTITION {MONTH};

INSERT INTO source_day_new
SELECT day, src, country, asn, sensor, class, packets
FROM source_day
WHERE toYYYYMM(day) = {MONTH}
SETTINGS insert_deduplicate = 0;

CREATE OR REPLACE TABLE source_day CLONE AS source_day_new;

DROP TABLE IF EXISTS source_day_new SYNC;

-- Time series. A quarter of an hour, because offsets from UTC are multiples of it.
CREATE OR REPLACE TABLE service_quarter_new
(
	quarter DateTime('UTC') CODEC(T64, ZSTD(1)),
	service UInt32 CODEC(ZSTD(1)),
	country FixedString(2) CODEC(ZSTD(1)),
	sensor LowCardinality(String) CODEC(ZSTD(1)),
	class {CLASSES} CODEC(ZSTD(1)),
	tool {TOOLS} CODEC(ZSTD(1)),
	packets UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree(packets)
PARTITION BY toYYYYMM(quarter)
ORDER BY (quarter, service, country, sensor, class, tool)
SETTINGS {EXACTLY_ONCE};

ALTER TABLE service_quarter_new DROP PARTITION {MONTH};

INSERT INTO service_quarter_new
SELECT quarter, service, country, sensor, class, tool, packets
FROM service_quarter
WHERE toYYYYMM(quarter) = {MONTH}
SETTINGS insert_deduplicate = 0;

CREATE OR REPLACE TABLE service_quarter CLONE AS service_quarter_new;

DROP TABLE IF EXISTS service_quarter_new SYNC;
