-- Schema 4: what signatures detected, the sets of signatures that were loaded, and when a payload was seen last.

-- One row per minute, sensor, flow and signature (flow/detection_rows.h), sent with the block of its accesses.
CREATE TABLE IF NOT EXISTS detection
(
{DETECTION_COLUMNS}
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (day, gid, sid, src, time)
SETTINGS {EXACTLY_ONCE};

-- Read with GROUP BY hash: max(last_seen). Blocks from before this schema did not say it: their accesses do.
ALTER TABLE payload ADD COLUMN IF NOT EXISTS last_seen SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1));

INSERT INTO payload (hash, first_seen, last_seen)
SELECT payload, min(time), max(time)
FROM access
WHERE payload != unhex('00000000000000000000000000000000') AND (SELECT count() FROM payload) > 0
GROUP BY payload
SETTINGS max_bytes_before_external_group_by = 100000000;

ALTER TABLE approximation ADD COLUMN IF NOT EXISTS detections UInt64 AFTER payloads;
ALTER TABLE approximation ADD COLUMN IF NOT EXISTS detections_without_source UInt64 AFTER detections;

-- The sets of signatures that captures were judged by; struct ruleset of store/store.h.
CREATE TABLE IF NOT EXISTS ruleset
(
	digest String,
	loaded_s Int64,
	signatures UInt64,
	disabled UInt64,
	refused UInt64,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY digest
SETTINGS {DURABLE};

-- Their files.
CREATE TABLE IF NOT EXISTS ruleset_file
(
	digest String,
	name String,
	edition String,
	signatures UInt64,
	refused UInt64,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (digest, name)
SETTINGS {DURABLE};

-- Which capture was judged by which of them.
CREATE TABLE IF NOT EXISTS judged
(
	digest String,
	ruleset String,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY digest
SETTINGS {DURABLE};
