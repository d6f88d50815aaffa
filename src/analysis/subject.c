#include "analysis/subject.h"

#include "base/nearest.h"

#include <strings.h>

/* An IPv4-mapped address lies in ::ffff:0:0/96; its network is the /24, that of other addresses the
 * /64 (addr_network()). */
#define SQL_NETWORK                                                                                \
	"tupleElement(IPv6CIDRToRange(src, if(src BETWEEN toIPv6('::ffff:0.0.0.0') "               \
	"AND toIPv6('::ffff:255.255.255.255'), 120, 64)), 1)"

/* The family by the first limit that the TTL does not exceed. */
#define X(name, limit) "ttl <= " #limit ", " #limit ", "
static const char sql_os[] = "if(approximate > 0, 0, multiIf(" OS_FAMILIES(X) "255))";
#undef X
/* How far it has come down from the limit of its family. */
#define X(name, limit) "ttl <= " #limit ", " #limit " - ttl, "
static const char sql_hops[] = "if(approximate > 0, 0, toUInt8(multiIf(" OS_FAMILIES(X) "0)))";
#undef X

static const char sql_syn[] = "if(tcp_opts = '', '', concat(toString(window), '_', tcp_opts))";

/* One of these tags. Of a column with few different texts a regular expression is tried once for each text. */
#define SHOWS(tags_) "match(tags, '(^| )(" tags_ ")( |$)')"
#define VERDICT_SQL(zmap411_, candidate_)                                                          \
	"toUInt8(multiIf(tool = 'mirai', 1, " SHOWS("zmap411-syn") ", " zmap411_                   \
	", tool IN ('zmap', 'masscan'), " candidate_ ", " SHOWS("nmap-syn|nmap-os") ", 4, "          \
	SHOWS("unicornscan-syn") ", 5, 0))"
#define IS_SOURCE(code_) "(src, toUInt8(" code_ "), @now@) IN verdict_sources"

const char *const verdict_shown_sql = VERDICT_SQL("6", "toInt8(tool)");
/* A candidate (tool zmap or masscan) is what its source is by verdicts.sql. */
static const char sql_verdict[] = VERDICT_SQL("2",
	"if(" IS_SOURCE("toInt8(tool)") ", toInt8(tool), if(" IS_SOURCE("toInt8(tool) + 32") ", toInt8(tool) + 32, toInt8(tool) + 64))");

#define SUBJECT(name_, kind_, column_, sql_, type_, ...)                                           \
	SUBJECT_OF(name_, kind_, COLUMN_BIT(column_), sql_, type_, __VA_ARGS__)
#define SUBJECT_OF(name_, kind_, columns_, sql_, type_, ...)                                       \
	[SUBJECT_##name_] = {.name = #name_,                                                       \
		.kind = VALUE_##kind_,                                                             \
		.columns = (columns_),                                                             \
		.sql = sql_,                                                                       \
		.sql_type = type_,                                                                 \
		__VA_ARGS__}
#define VERDICT_COLUMNS                                                                            \
	(COLUMN_BIT(tool) | COLUMN_BIT(tags) | COLUMN_BIT(src) | COLUMN_BIT(class) |               \
		COLUMN_BIT(service) | COLUMNS_VERDICT)
#define ORDERED(max_) .max = max_, .ordered = true
/* A row that was merged without the column (flow/rows.h) has no value that a filter could match. */
#define DETAIL	      .only = "approximate = 0"

/* clang-format off */
static const struct subject_info subjects[SUBJECT_COUNT] = {
	SUBJECT(service, SERVICE, service, "service", "UInt32"),
	SUBJECT(country, COUNTRY, country, "toString(country)", "String"),
	SUBJECT(asn, ASN, asn, "asn", "UInt32", ORDERED(UINT32_MAX)),
	SUBJECT(source, ADDRESS, src, "src", "IPv6"),
	SUBJECT(network, NETWORK, src, SQL_NETWORK, "IPv6"),
	SUBJECT(sensor, SENSOR, sensor, "sensor", "String"),
	SUBJECT(class, CLASS, class, "toInt8(class)", "Int8"),
	SUBJECT(tool, TOOL, tool, "toInt8(tool)", "Int8"),
	SUBJECT(ttl, NUMBER, ttl, "ttl", "UInt8", ORDERED(255), DETAIL),
	SUBJECT(os, OS, ttl, sql_os, "UInt8", DETAIL),
	SUBJECT(sport, NUMBER, sport, "sport", "UInt16", ORDERED(65535), DETAIL),
	SUBJECT(payload, PAYLOAD, payload, "lower(hex(payload))", "String", DETAIL),
	SUBJECT(length, NUMBER, length, "length", "UInt32", ORDERED(UINT32_MAX), DETAIL),
	SUBJECT(window, NUMBER, window, "window", "UInt16", ORDERED(65535), DETAIL),
	SUBJECT(hour, NUMBER, time, "toHour(time, {zone:String})", "UInt8", ORDERED(23)),
	SUBJECT(tag, TAG, tags, "arrayJoin(splitByChar(' ', tags))", "String", DETAIL,
		.several = true),
	SUBJECT_OF(verdict, VERDICT, VERDICT_COLUMNS, sql_verdict, "UInt8"),
	SUBJECT(group, GROUP, group, "`group`", "String", .only = "approximate < 2"),
	SUBJECT(handshake, YES_NO, handshake, "handshake", "UInt8", DETAIL),
	SUBJECT(hops, NUMBER, ttl, sql_hops, "UInt8", ORDERED(255), DETAIL),
	SUBJECT_OF(tcp_opts, SYN, COLUMN_BIT(tcp_opts) | COLUMN_BIT(window), sql_syn, "String", DETAIL),
	SUBJECT(signature, SIGNATURE, sid, "bitOr(bitShiftLeft(toUInt64(gid), 32), toUInt64(sid))", "UInt64"),
	SUBJECT(category, CATEGORY, category, "toInt8(category)", "Int8"),
	/* TCP, UDP and SCTP have ports; bit 24 tells later fragments, which have none. */
	SUBJECT(port, NUMBER, service, "bitAnd(service, 65535)", "UInt16", ORDERED(65535),
		.only = "bitShiftRight(service, 16) IN (6, 17, 132)"),
	SUBJECT(protocol, PROTOCOL, service, "bitAnd(bitShiftRight(service, 16), 255)", "UInt8"),
	SUBJECT(destination, ADDRESS, dst, "dst", "IPv6", DETAIL),
};
/* clang-format on */

/* What people type instead. */
static const struct {
	const char *word;
	enum subject subject;
} other_words[] = {
	{"as", SUBJECT_asn},
	{"address", SUBJECT_source},
	{"ip", SUBJECT_source},
	{"src", SUBJECT_source},
	{"host", SUBJECT_source},
	{"net", SUBJECT_network},
	{"port", SUBJECT_service},
	{"dport", SUBJECT_service},
	{"region", SUBJECT_country},
	{"dst", SUBJECT_destination},
	{"tags", SUBJECT_tag},
	{"groups", SUBJECT_group},
	{"syn", SUBJECT_tcp_opts},
	{"ja4t", SUBJECT_tcp_opts},
	{"proto", SUBJECT_protocol},
	{"sid", SUBJECT_signature},
	{"detection", SUBJECT_signature},
};

bool subject_is_text(enum subject s)
{
	switch (subjects[s].kind) {
	case VALUE_SENSOR:
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		return true;
	default:
		return false;
	}
}

const struct subject_info *subject_info(enum subject s)
{
	return &subjects[s];
}

static const char *suggest(const char *name, size_t count)
{
	const char *names[SUBJECT_COUNT + 1] = {NULL};

	for (size_t i = 0; i < ARRAY_SIZE(other_words); i++)
		if (other_words[i].subject < count && strcasecmp(name, other_words[i].word) == 0)
			return subjects[other_words[i].subject].name;
	for (size_t i = 0; i < count; i++)
		names[i] = subjects[i].name;
	return nearest(name, names);
}

bool subject_parse(const char *name, size_t count, enum subject *ret, const char **suggestion)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(name, subjects[i].name) == 0) {
			*ret = (enum subject)i;
			return true;
		}
	if (suggestion)
		*suggestion = suggest(name, count);
	return false;
}
