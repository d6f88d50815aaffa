/* Text to rules: what the parse_*.c share. A parse function returns false after it said why (malformed(), unsupported()). */
#pragma once

#include "base/text.h"
#include "rules/names.h"
#include "rules/rule.h"

enum { LISTS_MAX = 64 };

/* A line of classification.config or reference.config. */
struct named {
	const char *name, *text; /* long text of a class; prefix of a reference system */
	uint32_t number;         /* priority of a class */
};

/* What a load has beside the rule at hand. */
struct loader {
	const struct rules_source *source;
	struct rules_pool *pool;
	struct rules_report *report;
	struct names variables;          /* name -> text of its value */
	struct names addresses, ports;   /* text -> what it means, so that equal texts are one */
	struct names bits;               /* names of flowbits and the like -> number + 1 */
	struct names classes, systems;   /* -> struct named */
	struct category_map *categories;
	struct regex **regexes;          /* freed with the set */
	size_t regex_count;
};

/* The rule at hand. */
struct builder {
	struct loader *load;
	struct rules_pool *pool;
	struct rule rule;
	enum rules_dialect dialect;
	struct list lists[LISTS_MAX];
	size_t list_count;
	int sticky;                      /* the list of the sticky buffer in force; -1: none */
	bool fresh;                      /* the sticky buffer has no keyword yet: it may be transformed in place */
	struct place {
		int list, item;
	} newest, newest_content, newest_base64; /* list -1: none. newest: what something relative stands behind */
	const char *vars[RULE_VARS_MAX]; /* names of byte_extract and byte_math */
	size_t var_count;
	const char *category;            /* of the metadata */
	bool has_priority, has_app_protocol, has_payload_size, only_ip; /* only_ip: nothing but addresses so far */
	bool needs_packet, has_plain_payload;
	/* Why it is refused. */
	enum rules_refusal kind;
	char group[64], reason[512];
};

struct keyword {
	const char *name;
	bool (*parse)(struct builder *b, const struct keyword *k, char *value);
	int arg;                         /* for parse functions of several keywords */
	enum { VALUE_NONE, VALUE_NEEDED, VALUE_OPTIONAL } value;
	bool keeps_ip_only;              /* says nothing about packets: the rule may still be RULE_IP_ONLY */
};

/* The argument of parse_place(). */
enum { PLACE_OFFSET, PLACE_DEPTH, PLACE_DISTANCE, PLACE_WITHIN };

/* NULL: there is no such keyword (buffers aside). */
const struct keyword *keyword_find(const char *name);
/* What it would need, for a keyword of Suricata or Snort that is known and not had; NULL. */
const char *keyword_lacks(const char *name);

/* Always false. group says what is counted together; the reason is one line. */
bool malformed(struct builder *b, const char *format, ...) PRINTF(2, 3);
bool unsupported(struct builder *b, const char *group, const char *format, ...) PRINTF(3, 4);
bool no_memory(struct builder *b);

/* ---- small text ---- */

char *trim(char *text);
/* The text up to the next sep, trimmed; *rest behind it, NULL after the last part. */
char *part_next(char **rest, char sep);
/* Between its quotes, where there are some; false: one quote is missing. */
bool unquote(char **text);
/* Decimal or 0x; the whole text. */
bool text_number(const char *text, uint64_t max, uint64_t *ret);
bool text_signed(const char *text, int64_t min, int64_t max, int64_t *ret);
/* "n", "!n", "<n", ">=n", "a-b" and "a<>b" (both ends outside) and the like, within 0..max. */
bool range_parse(struct builder *b, const char *text, uint64_t max, struct number_range *ret);
/* A number or the name of a variable. */
bool amount_parse(struct builder *b, const char *text, int64_t min, int64_t max, struct amount *ret);
/* Makes a variable known; its place, or -1 after saying why not. */
int variable_add(struct builder *b, const char *name);
/* Copies text into the set without \ before ; " : and \. */
const char *text_unescape(struct builder *b, const char *text);
/* The bytes of a content: |hex| and escapes. */
bool bytes_parse(struct builder *b, const char *text, struct bytes *ret);

/* ---- lists and items ---- */

/* The list of that buffer without transforms; made when it is not there or has several instances. NULL after saying why. */
struct list *list_of(struct builder *b, enum buffer buffer);
/* A new item where it belongs: in the sticky buffer, or for what is relative behind the newest one, or in the payload. */
struct item *item_add(struct builder *b, enum item_kind kind, bool relative);
struct item *item_add_to(struct builder *b, struct list *list, enum item_kind kind, bool relative);
/* The newest content, or NULL after saying that `keyword` needs one. */
struct content *content_newest(struct builder *b, const char *keyword);
struct item *item_at(struct builder *b, struct place place);
/* Moves the newest content to that buffer. */
bool content_move(struct builder *b, enum buffer buffer);
/* Onto the sticky buffer in force. */
struct transform *transform_add(struct builder *b, enum transform_kind kind);
struct header_test *test_add(struct builder *b, enum header_field field);

/* ---- parse functions, by file ---- */

#define PARSER(name) bool parse_##name(struct builder *b, const struct keyword *k, char *value)
/* parse_about.c */
PARSER(msg); PARSER(sid); PARSER(rev); PARSER(gid); PARSER(classtype); PARSER(priority); PARSER(reference); PARSER(metadata);
PARSER(target); PARSER(noalert); PARSER(requires); PARSER(nothing);
/* parse_flow.c */
PARSER(flow); PARSER(app_protocol);
/* parse_bits.c */
PARSER(flowbits); PARSER(hostbits); PARSER(xbits);
/* parse_threshold.c */
PARSER(threshold); PARSER(detection_filter);
/* parse_headers.c */
PARSER(number); PARSER(flags); PARSER(fragbits); PARSER(ipopts); PARSER(ip_proto); PARSER(plain_test); PARSER(icmp_number);
PARSER(snmp_version); PARSER(snmp_pdu_type); PARSER(tls_version); PARSER(dns_opcode); PARSER(dns_rcode); PARSER(dns_rrtype);
/* parse_content.c */
PARSER(content); PARSER(uricontent); PARSER(place); PARSER(nocase); PARSER(startswith); PARSER(endswith); PARSER(fast_pattern); PARSER(rawbytes);
/* parse_size.c */
PARSER(isdataat); PARSER(bsize); PARSER(urilen); PARSER(absent);
/* parse_regex.c */
PARSER(pcre); PARSER(pcrexform);
/* parse_bytes.c */
PARSER(byte_test); PARSER(byte_jump); PARSER(byte_extract); PARSER(byte_math);
/* parse_base64.c */
PARSER(base64_decode);
/* parse_buffer.c */
PARSER(base64_data); PARSER(pkt_data);
bool parse_sticky(struct builder *b, enum buffer buffer);
bool parse_modifier(struct builder *b, enum buffer buffer);
/* parse_transform.c */
PARSER(transform); PARSER(xor); PARSER(from_base64);

/* ---- whole rules ---- */

/* The part before the parenthesis: action, protocol, addresses, ports, direction. */
bool header_parse(struct builder *b, char *text);
bool addresses_parse(struct builder *b, const char *text, const struct addresses **ret);
bool ports_parse(struct builder *b, const char *text, const struct ports **ret);
/* After the last option: what contradicts itself; order of items; type of the rule. */
bool rule_finish(struct builder *b);
/* One logical line to a rule. False: b says why not. */
bool rule_parse(struct builder *b, char *line);
