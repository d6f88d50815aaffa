/* The socket filter of a sensor: IP packets to its addresses, and perhaps what the host sends from them, and nothing else
 * (classic BPF, for any link). */
#pragma once

#include "base/err.h"
#include "decode/addr.h"

#include <linux/filter.h>

struct filter {
	struct sock_filter code[BPF_MAXINSNS];
	size_t len;
};

/* -E2BIG when there are more addresses than a filter can ask for. */
int filter_make(const struct prefix *addresses, size_t count, bool sent_too, struct filter *ret, struct err *e) MUST_USE;
