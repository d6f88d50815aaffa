/* Rows of the table `access`: the columns stand once, here, and make the struct, the merge key, the
 * CREATE TABLE and the wire block. */
#pragma once

#include "flow/columns.h"
#include "flow/detection_rows.h"
#include "observe/labels.h"

/* X(name, C type, ClickHouse type, codec). What the row is about first; packets and bytes are sums.
 * day is the plant's local day (base/zone.h), so that no time zone rule has to be asked of the
 * database. What is LowCardinality(String) is sent as its text: the C side holds the index of the
 * sensor in the plant, and numbers of the block's labels (observe/labels.h) of tags, tcp_opts and group. */
#define ACCESS_COLUMNS(X)                                                                          \
	X(day, uint16_t, "Date", "ZSTD(1)")                                                        \
	X(time, uint32_t, "DateTime('UTC')", "T64, ZSTD(1)")                                       \
	X(sensor, uint16_t, "LowCardinality(String)", "ZSTD(1)")                                   \
	X(src, struct addr, "IPv6", "ZSTD(1)")                                                     \
	X(dst, struct addr, "IPv6", "ZSTD(1)")                                                     \
	X(service, uint32_t, "UInt32", "ZSTD(1)")                                                  \
	X(sport, uint16_t, "UInt16", "ZSTD(1)")                                                    \
	X(length, uint32_t, "UInt32", "T64, ZSTD(1)")                                              \
	X(window, uint16_t, "UInt16", "ZSTD(1)")                                                   \
	X(tcp_flags, uint8_t, "UInt8", "ZSTD(1)")                                                  \
	X(ttl, uint8_t, "UInt8", "ZSTD(1)")                                                        \
	X(class, uint8_t, "Enum8(CLASSES)", "ZSTD(1)")                                             \
	X(tool, uint8_t, "Enum8(TOOLS)", "ZSTD(1)")                                                \
	X(country, struct country_code, "FixedString(2)", "ZSTD(1)")                               \
	X(asn, uint32_t, "UInt32", "ZSTD(1)")                                                      \
	X(payload, struct payload_hash, "FixedString(16)", "ZSTD(1)")                              \
	X(tags, uint16_t, "LowCardinality(String)", "ZSTD(1)")                                     \
	X(tcp_opts, uint16_t, "LowCardinality(String)", "ZSTD(1)")                                 \
	X(group, uint16_t, "LowCardinality(String)", "ZSTD(1)")                                    \
	X(handshake, uint8_t, "UInt8", "ZSTD(1)")                                                  \
	X(approximate, uint8_t, "UInt8", "ZSTD(1)")                                                \
	X(packets, uint32_t, "UInt32", "T64, ZSTD(1)")                                             \
	X(bytes, uint64_t, "UInt64", "T64, ZSTD(1)")

/* Columns of equal length count, one array each. */
struct rows {
	size_t count;
#define X(name, type, sql, codec) type *name;
	ACCESS_COLUMNS(X)
#undef X
};

/* One distinct payload of a block. */
struct payload_entry {
	struct payload_hash hash;
	uint32_t length;     /* on the wire as captured, before cutting to PAYLOAD_KEPT */
	uint32_t first_seen, last_seen; /* seconds */
	uint32_t kept;	     /* bytes at offset */
	size_t offset;	     /* into payload_bytes */
};

/* What goes to the store at once. */
struct block {
	struct rows rows;
	const struct labels *labels; /* of the rows; NULL: all their numbers are 0 */
	struct payload_entry *payloads;
	size_t payload_count;
	uint8_t *payload_bytes;
	size_t payload_bytes_len;
	uint64_t packets;	    /* sum over rows */
	uint64_t payloads_not_kept; /* distinct payloads whose bytes found no room (their hash is in
				       the row all the same) */
	struct detection_rows detections; /* of the same accesses */
};

/* A time in which a capture's accesses are not all in the store as they came: for the ledger. */
struct approximation {
	int64_t from_s, to_s;	 /* to_s exclusive */
	uint64_t coarse;	 /* accesses in rows above LEVEL_EXACT */
	uint64_t without_source; /* of them, in rows of LEVEL_WITHOUT_SOURCE */
	uint64_t payloads;	 /* distinct payloads of which the store has the hash only */
	uint64_t detections;	 /* in rows of `detection` above LEVEL_EXACT */
	uint64_t detections_without_source; /* of them, in rows of LEVEL_WITHOUT_SOURCE */
};
