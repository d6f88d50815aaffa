/* Fragments to whole packets, IPv4 (RFC 791) and IPv6 (RFC 8200 4.5). Of bytes that come twice the first stays; a set that
 * is not whole after 30 seconds, or that has to make room, is given up. */
#pragma once

#include "decode/decode.h"

struct defrag;

/* packets: how many are put together at once. NULL: no memory. */
struct defrag *defrag_new(size_t packets);
void defrag_free(struct defrag *d);
AUTO_RELEASE(struct defrag, defrag_free);

/* Takes a fragment in (anything else is left alone). True: *ret is the whole packet that it completes; it lives until the
 * next call. */
bool defrag_add(struct defrag *d, const struct packet *p, struct packet *ret);
/* Fragments that did not lead to a whole packet because there was no room. */
uint64_t defrag_refused(const struct defrag *d);
