/* PCRE2 patterns with a limit on the work of one match. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>

struct regex;
struct regex_scratch;

enum { REGEX_MATCH_LIMIT = 3500, REGEX_DEPTH_LIMIT = 1500 }; /* Suricata's defaults */

/* PCRE2_CASELESS, for those who do not include its header. */
enum { REGEX_ANY_CASE = 8 };

/* options: PCRE2_*. NULL: e says why not. unlimited: the flag O. */
struct regex *regex_new(const char *pattern, size_t len, uint32_t options, bool unlimited, struct err *e);
void regex_free(struct regex *r);

struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/* A pattern that no empty text can match. */
bool regex_needs_bytes(const struct regex *r);

/* Searches in from its byte `from` on; ^ is at the start of in. 1: found, with start and end; 0: not; -1: the limit was hit. */
int regex_search(const struct regex *r, struct regex_scratch *s, struct bytes in, size_t from, size_t *ret_start,
	size_t *ret_end);
/* The first group of the last match; false: it took no part. */
bool regex_group(const struct regex_scratch *s, struct bytes in, struct bytes *ret);
