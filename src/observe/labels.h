/* The texts that the accesses of one capture name by small numbers. They belong to one thread; another one may read what a
 * number that it was given means. */
#pragma once

#include "observe/tags.h"

/* X(name of the column, what an access calls its number). */
#define LABEL_COLUMNS(X) X(tags, tags) X(tcp_opts, syn) X(group, group)
enum label_column {
#define X(name, field) LABEL_##name,
	LABEL_COLUMNS(X)
#undef X
};

enum {
	SYN_TEXTS_MAX = 16384,
	SYN_TEXTS_BYTES = 1 << 20,
	LABELS_SYN_OTHER = 1, /* "other": what found no room */
	SYN_PLACES = 1024,
	PAIR_PLACES = 256, /* few, so that they stay in the first cache */
	TOOL_PLACES = 64,
};

/* The texts of SYNs that came a while ago, so that few are written out and looked up. */
struct syn_place {
	struct syn_key {
		uint64_t kinds[2], rest;
	} key;
	uint16_t number; /* 0: none */
};

/* The set of tags that some tests together give. */
struct tool_place {
	uint32_t shown;
	uint16_t set;
};

/* A source's last SYN, for tests that take two (observe/tools.h): who, source and sequence number; what, the key that is
 * made of them and of ports, and the destination. */
struct pair_place {
	uint64_t who, what;
};

struct labels {
	struct tags *tags;
	struct intern *syns;	     /* options_mss_wscale of SYNs (observe/syn.h) */
	const struct intern *groups; /* names of source groups; not owned, NULL: there are none */
	uint64_t syns_refused;	     /* SYNs whose text found no room, about */
	struct syn_place recent[SYN_PLACES];
	struct pair_place pairs[PAIR_PLACES];
	struct tool_place tool_sets[TOOL_PLACES]; /* all zero: of no test, no tag */
};

/* NULL without memory. */
struct labels *labels_new(const struct intern *groups);
void labels_free(struct labels *t);
AUTO_RELEASE(struct labels, labels_free);
/* What comes next is another capture, with the same labels. */
void labels_begin(struct labels *l);
/* "" for 0, which is all that there is without labels (NULL). */
const char *labels_get(const struct labels *t, enum label_column column, uint16_t number);
/* How many labels found no room, about: tags and texts of SYNs. */
uint64_t labels_refused(const struct labels *l);
