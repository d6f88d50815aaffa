/* The plan of a scenario: every packet with its service, country, source, sensor address and time,
 * before any is written. All truth is counted from it. */
#pragma once

#include "synth/sources.h"

/* A sensor address, or a whole IPv6 prefix (the low bits are drawn for each packet). */
struct target {
	struct addr addr;
	uint8_t bits; /* 128: one address */
	uint16_t sensor;
};

/* Indices of targets. */
struct target_set {
	uint32_t *list;
	size_t count;
};

struct item {
	int64_t ts_ns;
	uint32_t service;    /* decode/service.h */
	uint32_t source;     /* index into sources.list */
	uint32_t target;     /* index into targets */
	uint32_t order;	     /* place in the plan: decides ties of time */
	uint16_t country;    /* index into the scenario's */
	uint16_t phenomenon; /* index + 1; 0: none */
	uint8_t packet;	     /* enum packet_kind */
	uint8_t style;	     /* enum style, of a SYN */
	uint8_t odd;	     /* enum odd_kind */
	uint8_t extra;	     /* enum extra_kind: no access */
};

struct items {
	struct item *list;
	size_t count;	 /* accesses first, then ... */
	size_t accesses; /* ... from here on frames that are none */
};

/* The ports behind "other". */
struct tail {
	uint32_t *services; /* decode/service.h, by falling weight */
	struct weights weights;
	bool *listed; /* [protocol is UDP][port]: has a line of its own in the scenario */
};

struct plan {
	struct items periods[PERIODS];
	struct tail tail;
	struct sources sources;
	struct target *targets;
	size_t target_count;
	struct target_set everywhere;	  /* all IPv4 targets */
	struct target_set *by_phenomenon; /* empty: everywhere */
	size_t phenomena;
};

int plan_make(const struct scenario *s, const struct geo *geo, uint64_t seed, struct plan *ret,
	struct err *e) MUST_USE;
void plan_done(struct plan *plan);
