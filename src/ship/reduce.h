/* Segments made smaller when the spool has no room: without payloads, then with counters alone. Identity, counters and
 * clocks stay, what was given up is recorded. Works on decompressed segments that segment_parse() accepted. */
#pragma once

#include "ship/segment.h"

/* digest: of the segment as it lies there (it is kept as the original, unless there is one already). *ret: owned data. */
int reduce_bodies(const uint8_t *raw, size_t len, const struct segment_info *info,
	const uint8_t digest[SEGMENT_DIGEST], struct blocks *ret, struct err *e) MUST_USE;
/* No packets any more: they become a gap. before: the same of the segment before it in the same epoch, when that has
 * counters alone: it is taken into this one, which then speaks for both; or NULL. */
int reduce_all(const struct segment_info *info, const struct segment_info *before,
	const uint8_t digest[SEGMENT_DIGEST], enum segment_gap_reason reason, struct blocks *ret,
	struct err *e) MUST_USE;

/* Adds a gap to a list, joined with the last where it follows it or where there is no room. */
void reduce_add_gap(struct segment_tail *tail, const struct segment_gap *gap);
