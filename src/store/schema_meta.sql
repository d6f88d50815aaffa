-- Facts about the store itself: schema (number of the last migration), zone.
CREATE TABLE IF NOT EXISTS meta
(
	key String,
	value String,
	version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY key
SETTINGS {DURABLE};
