/* Rows of the table `detection`: one row per minute, sensor, flow and signature. The columns stand once, here, and make the
 * struct, the merge key, the CREATE TABLE and the wire block. */
#pragma once

#include "flow/columns.h"
#include "rules/rules.h"

/* The column category: 1 for RULE_CATEGORY_worm and so on, as the engine numbers the names of an Enum8. */
enum { CATEGORY_FIRST = 1 };

/* One signature's word on one access. */
struct detection {
	uint32_t gid, sid, rev;
	enum rule_category category;
	const char *message; /* must live until the block has been sent */
};

/* X(name, C type, ClickHouse type, codec). message and sensor are sent as texts; of the sensor the C side holds its index in
 * the plant. */
#define DETECTION_COLUMNS(X)                                                                       \
	X(day, uint16_t, "Date", "ZSTD(1)")                                                        \
	X(time, uint32_t, "DateTime('UTC')", "T64, ZSTD(1)")                                       \
	X(sensor, uint16_t, "LowCardinality(String)", "ZSTD(1)")                                   \
	X(src, struct addr, "IPv6", "ZSTD(1)")                                                     \
	X(dst, struct addr, "IPv6", "ZSTD(1)")                                                     \
	X(service, uint32_t, "UInt32", "ZSTD(1)")                                                  \
	X(sport, uint16_t, "UInt16", "ZSTD(1)")                                                    \
	X(gid, uint32_t, "UInt32", "ZSTD(1)")                                                      \
	X(sid, uint32_t, "UInt32", "ZSTD(1)")                                                      \
	X(rev, uint32_t, "UInt32", "ZSTD(1)")                                                      \
	X(message, const char *, "LowCardinality(String)", "ZSTD(1)")                              \
	X(category, uint8_t, "Enum8(CATEGORIES)", "ZSTD(1)")                                       \
	X(country, struct country_code, "FixedString(2)", "ZSTD(1)")                               \
	X(asn, uint32_t, "UInt32", "ZSTD(1)")                                                      \
	X(approximate, uint8_t, "UInt8", "ZSTD(1)")                                                \
	X(packets, uint32_t, "UInt32", "T64, ZSTD(1)")

struct detection_row {
#define X(name, type, sql, codec) type name;
	DETECTION_COLUMNS(X)
#undef X
};

/* Columns of equal length count, one array each. */
struct detection_rows {
	size_t count;
#define X(name, type, sql, codec) type *name;
	DETECTION_COLUMNS(X)
#undef X
};
