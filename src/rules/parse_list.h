/* The list syntax that addresses and ports share: a, !a, $NAME, [a,!b,[c,d]]. */
#pragma once

#include "rules/parse.h"

struct list_walk {
	struct builder *b;
	const char *what; /* for messages: "addresses" */
	/* Takes one element (not: behind an odd number of !); false after saying why not. */
	bool (*element)(struct builder *b, char *text, bool not, void *into);
	void *into;
};

bool list_walk(const struct list_walk *w, const char *text);
