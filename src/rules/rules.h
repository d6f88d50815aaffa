/* The signature language: Suricata's rules, with Snort 2.9 as a dialect. Text is loaded once into an immutable set; each
 * thread asks it about packets and conversations with a scratch of its own. teiten-rules(5) describes the language. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decode/decode.h"
#include "proto/guess.h"

#include <stdbool.h>

enum rules_dialect { RULES_SURICATA, RULES_SNORT };

/* What became of a rule that is not in force. */
enum rules_refusal {
	RULES_MALFORMED,   /* no rule of this language: a mistake in the text */
	RULES_UNSUPPORTED, /* a right rule that needs what we do not have (a server's answers, files, scripts ...) */
};

/* The categories of the report (NPA's six classes). X(id, name in files and in the store) */
#define RULE_CATEGORIES(X)                                                                         \
	X(worm, "Worm")                                                                            \
	X(scan, "Scan")                                                                            \
	X(udp_spam, "UDP spam")                                                                    \
	X(dos, "DoS")                                                                              \
	X(dns, "DNS")                                                                              \
	X(others, "Others")

enum rule_category {
#define X(id, name) RULE_CATEGORY_##id,
	RULE_CATEGORIES(X)
#undef X
		RULE_CATEGORY_COUNT,
};

/* "Worm", "UDP spam" ... */
const char *rule_category_name(enum rule_category category);
/* Any case; -1 when there is no such category. */
int rule_category_of(const char *name);

/* What a rule is asked about, and so how often it can alert. The first that fits, as in Suricata. */
enum rule_type {
	RULE_IP_ONLY,	    /* only addresses and the protocol: once per conversation and direction */
	RULE_PROTO_ONLY,    /* app-layer-protocol alone: once, when the protocol becomes known */
	RULE_PACKET,	    /* headers, or the packet's own payload */
	RULE_PACKET_STREAM, /* payload: each packet's, or the conversation's bytes */
	RULE_STREAM,	    /* only the conversation's bytes */
	RULE_APP,	    /* an application protocol in the header and nothing else that ties it to a transaction */
	RULE_TX,	    /* buffers of an application protocol: once per transaction (request) */
};

enum rule_action { RULE_ALERT, RULE_PASS };

enum rule_track { RULE_TRACK_none, RULE_TRACK_src, RULE_TRACK_dst, RULE_TRACK_both, RULE_TRACK_rule, RULE_TRACK_flow };

enum rule_limit {
	RULE_LIMIT_NONE,
	RULE_LIMIT_LIMIT,     /* threshold:type limit: the first count of each window */
	RULE_LIMIT_THRESHOLD, /* every count-th of a window */
	RULE_LIMIT_BOTH,      /* only the count-th of each window */
	RULE_LIMIT_BACKOFF,   /* by_flow: at count, count * multiplier, count * multiplier^2 ... */
	RULE_LIMIT_FILTER,    /* detection_filter: what comes after count */
};

enum rule_unique { RULE_UNIQUE_none, RULE_UNIQUE_src_port, RULE_UNIQUE_dst_port };

/* Applied by rules/threshold.h, not by rules_match(). */
struct rule_threshold {
	enum rule_limit limit;
	enum rule_track track;
	enum rule_unique unique; /* RULE_LIMIT_FILTER: counts distinct ports */
	uint32_t count, seconds, multiplier;
};

/* All texts live as long as the rules. */
struct rule_info {
	uint32_t sid, gid, rev, priority; /* priority: 1 is the gravest */
	const char *msg;                  /* "" when there is none */
	const char *classtype, *classtext; /* "" when there is none; classtext: its long text of classification.config */
	const char *tag;                  /* `metadata: tag NAME` of our own tag files; NULL */
	const char *file;                 /* and line: where the rule stands */
	uint32_t line;
	enum rule_category category;
	enum rule_type type;
	enum rule_action action;
	bool noalert;                     /* matches only for what it sets */
	bool needs_packet;                /* a header keyword: not without a packet */
	bool asks_packet;                 /* RULE_PACKET_STREAM with a content bound to the start: asked about a packet too whose bytes are in a stream */
	/* When there is rule_threshold.limit, a detection_filter or a threshold; both may stand in a rule. */
	struct rule_threshold threshold, filter;
	uint32_t references;              /* rules_reference(): how many */
};

/* One text with rules. */
struct rules_file {
	const char *name;           /* for messages; and the path, where text is NULL */
	const char *text;           /* NULL: read the file (at most 256 MiB) */
	size_t len;
	enum rules_dialect dialect;
};

/* A variable: HOME_NET "[192.0.2.0/24,!192.0.2.1]", HTTP_PORTS "[80,8000:8080]"; without the $. Those not given have
 * Suricata's defaults, HOME_NET being any. */
struct rules_var {
	const char *name, *value;
};

struct rules_source {
	const struct rules_file *files;
	size_t file_count;
	const struct rules_var *vars;
	size_t var_count;
	bool state;                  /* the caller keeps struct rules_state: what reads flowbits, hostbits and xbits is accepted */
	const char *classification;  /* path of classification.config; NULL: the usual classes, built in */
	const char *references;      /* path of reference.config; NULL: the usual systems, built in */
	const char *categories;      /* path of a file that overrides categories (teiten-rules(5)); NULL */
};

struct rules_refused {
	const char *file;
	uint32_t line, sid;          /* sid 0: not known */
	enum rules_refusal kind;
	const char *group;           /* short, the same for all of a kind: "keyword file_data" */
	const char *reason;          /* one line: what and why */
};

struct rules_report {
	uint64_t loaded, disabled;   /* disabled: a rule behind # */
	uint64_t replaced;           /* the same gid and sid again: the higher rev stays */
	uint64_t malformed, unsupported;
	struct rules_refused *refused; /* malformed + unsupported of them, in the order of the text */
	uint64_t warnings;           /* accepted, but not as written: an unknown classtype ... */
	struct rules_pool *pool;     /* owns the texts */
};

void rules_report_done(struct rules_report *report);
static inline void auto_rules_report_done(struct rules_report *report)
{
	rules_report_done(report);
}

struct rules;
struct rules_scratch;

/* A rule that cannot be accepted is refused with a line in the report, the others are loaded: fails only when a file
 * cannot be read, when a variable that was given is none, or without memory. report may be NULL. */
int rules_load(const struct rules_source *source, struct rules **ret, struct rules_report *report, struct err *e) MUST_USE;
void rules_free(struct rules *r);
AUTO_RELEASE(struct rules, rules_free);

/* {"HOME_NET": "[...]", ...} (JSON or YAML) appended to vars. The texts belong to *ret_owner (yaml_free). */
struct yaml;
enum { RULES_VARS_MAX = 256 };
int rules_vars_read(const char *path, struct rules_var vars[RULES_VARS_MAX], size_t *count, struct yaml **ret_owner,
	struct err *e) MUST_USE;

/* Rules stand in the order in which they are judged: pass before alert, what sets bits before what reads them. */
size_t rules_count(const struct rules *r);
const struct rule_info *rules_info(const struct rules *r, uint32_t rule);
/* "cve,2014-0160" as "cve" and "2014-0160", with the prefix of reference.config ("" when the system is unknown). */
void rules_reference(const struct rules *r, uint32_t rule, uint32_t i, const char **ret_system, const char **ret_prefix,
	const char **ret_id);
/* SHA-256 (64 hex digits) over what was loaded: files, dialects, variables. Two sets with the same digest match the same. */
const char *rules_digest(const struct rules *r);

/* One per thread. */
int rules_scratch_new(const struct rules *r, struct rules_scratch **ret, struct err *e) MUST_USE;
void rules_scratch_free(struct rules_scratch *s);
AUTO_RELEASE(struct rules_scratch, rules_scratch_free);

/* What ended early, since the scratch was made. */
struct rules_limits {
	uint64_t pcre;      /* PCRE2's match limit: the rule did not match */
	uint64_t recursion; /* too many ways to place the contents of a rule: it did not match */
	uint64_t matches;   /* more rules matched than are told of (RULES_MATCHES_MAX) */
	uint64_t buffers;   /* a buffer was cut because the scratch was full */
	uint64_t state;     /* a bit was not set because there was no room */
};
const struct rules_limits *rules_limits(const struct rules_scratch *s);

enum { RULES_MATCHES_MAX = 4096 };

/* What is looked at: several points may be given at once. */
enum rules_point {
	RULES_POINT_PACKET = 1, /* types IP_ONLY, PROTO_ONLY, PACKET, PACKET_STREAM, APP: headers and data as the packet's payload */
	RULES_POINT_STREAM = 2, /* types PACKET_STREAM, STREAM, APP: data as a conversation's bytes */
	RULES_POINT_TX = 4,     /* type TX: data (or tx) as one transaction or several, one behind the other */
	/* A client's first burst: everything that looks at a conversation's bytes. */
	RULES_POINT_BURST = RULES_POINT_STREAM | RULES_POINT_TX,
};

/* State between packets, kept by the caller where rules_source.state was given: the bits of a conversation. All zero is
 * a new one. */
enum { RULES_BITS_MAX = 32 };
struct rules_bits {
	uint16_t bit[RULES_BITS_MAX]; /* that are set; numbers of names */
	uint16_t count;
};
/* The bits of hosts and pairs of hosts, bounded: the caller makes one for all conversations. */
struct rules_hosts;
struct rules_hosts *rules_hosts_new(void); /* NULL: no memory */
void rules_hosts_free(struct rules_hosts *h);
AUTO_RELEASE(struct rules_hosts, rules_hosts_free);

struct rules_unit {
	unsigned points;
	const struct packet *packet; /* its headers; of a stream: the packet that completed it */
	struct bytes data;           /* the packet's payload, or the conversation's bytes in order */
	struct bytes tx;             /* the transaction's bytes, where they are other than data; data NULL: as data */
	bool to_server, established; /* the flow keyword */
	bool rebuilt;                /* the packet was put together from fragments */
	bool alone;                  /* the packet is of no conversation (a fragment ...): no direction of the flow keyword holds */
	enum proto proto;            /* application protocol, known or guessed; PROTO_none */
	bool header_asked;           /* types IP_ONLY: were asked in this direction of the conversation before */
	bool proto_asked;            /* types PROTO_ONLY: likewise */
	bool in_stream;              /* the packet's payload comes as a conversation's bytes too */
	bool proto_done;             /* nothing more will be learned about it: app-layer-protocol:!x may match PROTO_none */
	struct rules_bits *bits;     /* NULL: none set, none kept */
	struct rules_hosts *hosts;   /* NULL: none set, none kept */
};

/* The rules that match, ascending; *ret_rules lives until the next call with this scratch. Thresholds, filters, pass and
 * noalert are not applied. Of several transactions: the rules that match any of them. */
size_t rules_match(const struct rules *r, struct rules_scratch *s, const struct rules_unit *unit, const uint32_t **ret_rules);
