/* struct packet to struct access: class, tool, OS. */
#pragma once

#include "decode/decode.h"
#include "decode/service.h"
#include "observe/plant.h"
#include "observe/labels.h"

/* X(name, number); the text in answers and in the store is the name. Numbers are stored: never change one. */
#define CLASSES(X) X(other, 0) X(scan, 1) X(backscatter, 2)
enum class {
#define X(name, number) CLASS_##name = number,
	CLASSES(X)
#undef X
};

/* Tools that one packet's header shows: candidates, not verdicts. "none" prints as "-". */
#define TOOLS(X) X(none, 0) X(mirai, 1) X(zmap, 2) X(masscan, 3)
enum tool {
#define X(name, number) TOOL_##name = number,
	TOOLS(X)
#undef X
};

/* OS family by the start TTL that the arrival TTL points to (seed 004: <= 64 Linux and macOS, <= 128 Windows, else
 * Solaris and network devices). A function of ttl alone, so no column. */
#define OS_FAMILIES(X) X(linux, 64) X(windows, 128) X(unix, 255)

/* One access, ready to be located (geo) and merged (flow). */
struct access {
	int64_t ts_ns;
	struct addr src, dst;
	uint32_t service;
	uint32_t length;        /* of the IP packet */
	uint32_t asn;           /* 0 when unknown; set by geo */
	char country[2];        /* "ZZ" when unknown; set by geo */
	uint16_t sensor;        /* index into the plant */
	uint16_t sport;         /* 0 when there is none; ICMP: the code */
	uint16_t window;
	uint8_t tcp_flags;
	uint8_t ttl;
	uint8_t class;          /* enum class */
	uint8_t tool;           /* enum tool */
	bool handshake;         /* the first payload of a client whose handshake was seen; set by session */
	uint16_t tags;          /* a set of tags */
	uint16_t syn;           /* text of a SYN, 0 of what is none */
	uint16_t group;         /* of the source, 0: none; set by group_find() */
	const struct labels *labels; /* what these three are numbers of; NULL: all are 0 */
	const uint8_t *payload; /* UDP and ICMP payload, TCP payload of a SYN; NULL when none */
	uint32_t payload_len;
};

/* What became of a packet. */
enum verdict {
	VERDICT_ACCESS,         /* *ret is filled */
	VERDICT_NOT_IP,
	VERDICT_LEFT_SENSOR,    /* its source is a sensor address: it left */
	VERDICT_NO_SENSOR,      /* addressed to nothing of ours */
	VERDICT_OUT_OF_SERVICE, /* addressed to a sensor before since or after until */
	VERDICT_COUNT
};

/* labels: of the capture; NULL: the access gets no tags and no text of a SYN.
 * only: index of the one sensor to look at (--sensor NAME), or -1 for all. A packet whose source and destination are the
 * same sensor address (land) arrived; any other packet from a sensor address left. */
enum verdict observe(const struct plant *plant, int only, struct labels *labels, const struct packet *p,
	struct access *ret);

enum class class_of(const struct packet *p);
enum tool tool_of(const struct packet *p);
const char *class_name(enum class class);
const char *tool_name(enum tool tool);
const char *os_name(uint8_t ttl);
/* -1 when there is no such name. */
int class_number(const char *name);
int tool_number(const char *name);
