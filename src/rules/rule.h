/* A rule as it is judged: what the parser makes and the evaluator reads. Owned by the pool of its set. */
#pragma once

#include "rules/buffers.h"
#include "rules/pool.h"
#include "rules/rules.h"

/* ---- header ---- */

/* A range of addresses (IPv4 as ::ffff:a.b.c.d), both ends included. */
struct address_range {
	struct addr low, high;
};

/* Matches where (a yes, or no yes at all) and no no. */
struct addresses {
	const struct address_range *yes, *no;
	uint32_t yes_count, no_count;
	bool any; /* everything */
};

struct port_range {
	uint16_t low, high;
};

struct ports {
	const struct port_range *yes, *no;
	uint32_t yes_count, no_count;
	bool any;
};

/* Which packets the header's protocol means. */
enum transport {
	TRANSPORT_TCP = 1,
	TRANSPORT_UDP = 2,
	TRANSPORT_ICMP4 = 4,
	TRANSPORT_ICMP6 = 8,
	TRANSPORT_SCTP = 16,
	TRANSPORT_OTHER = 32, /* everything else */
	TRANSPORT_ICMP = TRANSPORT_ICMP4 | TRANSPORT_ICMP6,
	TRANSPORT_ALL = 63,
};

/* ---- numbers in header keywords ---- */

/* low..high with both ends, or everything else; of the bits of mask, if there is one. */
struct number_range {
	uint64_t low, high;
	bool not;
	uint64_t mask;
};

static inline bool number_in(const struct number_range *n, uint64_t value)
{
	if (__builtin_expect(n->mask != 0, 0))
		value &= n->mask;
	return (value >= n->low && value <= n->high) != n->not;
}

enum header_field {
	FIELD_ttl, FIELD_tos, FIELD_id, FIELD_ip_proto, FIELD_itype, FIELD_icode, FIELD_icmp_id, FIELD_icmp_seq,
	FIELD_mtu, FIELD_seq, FIELD_ack, FIELD_window, FIELD_mss, FIELD_wscale, FIELD_dsize, FIELD_fragoffset,
	FIELD_flags, FIELD_fragbits, FIELD_ipopts, FIELD_sameip,
	/* Our own, for what the language cannot say. */
	FIELD_seq_is_dst, FIELD_id_is_mix, FIELD_seq_minus_ack,
	/* Of application protocols. */
	FIELD_dns_opcode, FIELD_dns_rcode, FIELD_dns_rrtype, FIELD_snmp_version, FIELD_snmp_pdu_type, FIELD_tls_version, FIELD_app_protocol,
};

enum bits_mode { BITS_EXACT, BITS_ALL, BITS_ANY, BITS_NOT };

struct header_test {
	enum header_field field;
	struct number_range n;
	/* flags, fragbits: */
	enum bits_mode mode;
	uint8_t bits, ignore;
};

/* ---- what is looked for in a buffer ---- */

enum { VAR_NONE = -1, RULE_VARS_MAX = 32, TRANSFORMS_MAX = 8 };

/* A number, or the value of a byte_extract or byte_math by its place in the rule. */
struct amount {
	int64_t value;
	int16_t var;
	bool set;
};

struct content {
	const uint8_t *bytes; /* lower case when nocase */
	uint16_t len;
	bool nocase, starts, ends;
	struct amount offset, depth, distance, within;
};

struct regex; /* regex.h */

enum byte_op { OP_LESS, OP_MORE, OP_LESS_EQUAL, OP_MORE_EQUAL, OP_EQUAL, OP_AND, OP_XOR };
enum math_op { MATH_ADD, MATH_SUBTRACT, MATH_MULTIPLY, MATH_DIVIDE, MATH_LEFT, MATH_RIGHT };
enum jump_from { FROM_FIELD, FROM_BEGINNING, FROM_END };

/* A number in the buffer: of byte_test, byte_jump, byte_extract, byte_math. */
struct byte_field {
	struct amount bytes, offset;
	bool little, string;
	uint8_t base;      /* of a string: 8, 10, 16; 0: as the digits say */
	uint64_t mask;     /* 0: none */
	uint8_t op;        /* byte_op or math_op */
	uint8_t from;      /* jump_from */
	uint8_t align;     /* 0, 2 or 4 */
	uint32_t multiplier;
	struct amount value, post_offset;
	int16_t result;    /* variable that is set */
};

struct base64_step {
	struct amount bytes;
	uint32_t offset;
	const struct list *then; /* the rule's base64_data; NULL: that it decodes is enough */
};

enum item_kind {
	ITEM_CONTENT, ITEM_REGEX, ITEM_DATA_AT, ITEM_SIZE, ITEM_BYTE_TEST, ITEM_BYTE_JUMP, ITEM_BYTE_EXTRACT,
	ITEM_BYTE_MATH, ITEM_BASE64, ITEM_ABSENT,
};

struct item {
	uint8_t kind;
	bool not, relative;
	uint64_t depends;    /* item_bit() of the items on whose place it depends: when it fails, only another place of theirs helps */
	union {
		struct content *content;
		struct regex *regex;
		struct byte_field *field;
		struct base64_step *base64;
		struct amount at;            /* ITEM_DATA_AT */
		struct number_range *size;   /* ITEM_SIZE */
	};
};

/* The last bit stands for all items behind it. */
static inline uint64_t item_bit(size_t item)
{
	return UINT64_C(1) << (item < 63 ? item : 63);
}

enum transform_kind {
	TRANSFORM_lower, TRANSFORM_upper, TRANSFORM_url_decode, TRANSFORM_strip_whitespace, TRANSFORM_compress_whitespace,
	TRANSFORM_dotprefix, TRANSFORM_md5, TRANSFORM_sha1, TRANSFORM_sha256, TRANSFORM_xor, TRANSFORM_xor_extract,
	TRANSFORM_from_base64, TRANSFORM_regex, TRANSFORM_strip_pseudo, TRANSFORM_header_lower,
};

enum base64_mode { BASE64_RFC4648, BASE64_RFC2045, BASE64_STRICT };

struct transform {
	uint8_t kind;
	uint8_t mode;             /* base64_mode */
	uint32_t offset, length;  /* from_base64: offset and bytes (0: all); xor_extract: where to begin, key length */
	uint32_t from;            /* xor_extract: where the key lies */
	const uint8_t *key;       /* xor; its length is `length` */
	struct regex *regex;
};

/* Items on one buffer, in order. Matches when an instance of the buffer matches them all. */
struct list {
	enum buffer buffer;
	struct transform *transforms;
	size_t transform_count;
	struct item *items;
	size_t item_count;
};

/* ---- state ---- */

enum bits_kind { BITS_FLOW, BITS_HOST_SRC, BITS_HOST_DST, BITS_PAIR };
enum bits_command { BITS_SET, BITS_UNSET, BITS_TOGGLE, BITS_IS_SET, BITS_IS_NOT_SET };

struct bits_step {
	uint8_t kind, command;
	const uint16_t *bits; /* numbers of names: one of them is enough */
	uint16_t count;
	uint32_t expire_s;    /* hosts: 0: for good */
};

/* ---- the rule ---- */

enum flow_flag {
	FLOW_TO_SERVER = 1,
	FLOW_TO_CLIENT = 2,
	FLOW_ESTABLISHED = 4,
	FLOW_NOT_ESTABLISHED = 8,
	FLOW_STATELESS = 16,
	FLOW_ONLY_STREAM = 32,
	FLOW_NO_STREAM = 64,
	FLOW_ONLY_FRAGMENT = 128,
	FLOW_NO_FRAGMENT = 256,
};

struct reference {
	const char *system, *prefix, *id;
};

/* What judging reads comes first, so that it lies together. */
struct rule {
	const struct addresses *src, *dst;
	const struct ports *sport, *dport;
	struct header_test *tests;
	size_t test_count;
	struct list *lists;
	size_t list_count;
	struct bits_step *steps;
	size_t step_count;
	uint16_t flow;            /* enum flow_flag */
	uint8_t transports;       /* enum transport */
	uint8_t ip_version;       /* 4, 6; 0: both */
	bool both_ways;           /* <> */
	bool snort;               /* the dialect */
	uint8_t var_count;
	enum proto proto;         /* of the header; PROTO_none: any */
	uint32_t place;           /* in the order of the text */
	struct rule_info info;
	struct reference *references;
};
