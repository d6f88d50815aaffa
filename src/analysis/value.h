/* One value of a subject: what a filter compares with, and the key of a row of an answer. */
#pragma once

#include "analysis/subject.h"
#include "base/err.h"

struct value {
	union {
		uint64_t number; /* all kinds but the following */
		struct prefix
			prefix; /* VALUE_ADDRESS, VALUE_NETWORK; a single address has 128 bits */
		struct payload_hash payload;
		const char *text; /* subject_is_text(); owned when it was parsed or read */
	};
};

void value_done(enum subject s, struct value *v);
/* Text of a person: "445/TCP", "JP", "Japan", "AS4134", "203.0.113.0/24". -EINVAL with a line that
 * says what is expected. */
int value_parse(enum subject s, const char *text, struct value *ret, struct err *e) MUST_USE;
/* The subject's SQL expression as the store prints it. -EPROTO when it is no such value. */
int value_read(enum subject s, const char *cell, struct value *ret, struct err *e) MUST_USE;
/* As value_parse() reads it. */
void value_print(enum subject s, const struct value *v, struct buf *out);
/* As an element of a bound Array(sql_type). */
void value_element(enum subject s, const struct value *v, struct buf *out);
/* The natural order of keys: numbers by size, services by service_order(), addresses by their
 * bytes. */
int value_compare(enum subject s, const struct value *a, const struct value *b);
/* Numbers in that order, for quick sorting; 0 for all values of a kind that no number orders. */
uint64_t value_order(enum subject s, const struct value *v);
/* The value of one access. Owns nothing: a text is the plant's (without it "") or the access's labels'. Of tags the whole
 * set as one text, of a SYN without its window: see expr_matches(). */
struct value value_of(enum subject s, const struct access *a, const struct plant *plant);
/* 32 hex digits. */
bool payload_hash_parse(const char *text, struct payload_hash *ret);
