-- Schema 2: rows that were merged coarsely, and how many accesses they are.

-- New stores have it from schema 1, which makes `access` with the columns of today.
ALTER TABLE access ADD COLUMN IF NOT EXISTS approximate UInt8 CODEC(ZSTD(1));

-- When a segment had rows that are not exact; struct approximation of store/store.h. Written before the segment counts
-- as complete.
CREATE TABLE IF NOT EXISTS approximation
(
	digest String,
	from_s Int64,
	to_s Int64,
	coarse UInt64,
	without_source UInt64,
	payloads UInt64,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (digest, from_s, to_s)
SETTINGS {DURABLE};
