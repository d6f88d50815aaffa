-- Schema 3: what an access is (tags), how its SYN looked, which group its source belongs to, whether it came after a
-- handshake. Rows of before have none of it. New stores have the columns from schema 1.
ALTER TABLE access ADD COLUMN IF NOT EXISTS tags LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE access ADD COLUMN IF NOT EXISTS tcp_opts LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE access ADD COLUMN IF NOT EXISTS `group` LowCardinality(String) CODEC(ZSTD(1));
ALTER TABLE access ADD COLUMN IF NOT EXISTS handshake UInt8 CODEC(ZSTD(1));
