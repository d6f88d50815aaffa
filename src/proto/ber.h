/* BER (X.690) as SNMP and LDAP use it: tags of one byte, definite lengths. */
#pragma once

#include "base/bytes.h"
#include "base/cur.h"

enum { BER_INTEGER = 0x02, BER_OCTETS = 0x04, BER_SEQUENCE = 0x30 };

/* The next element, which is skipped; *ret_tag is 0 and the cursor bad when there is none. Its
 * length may go beyond the end (then the value is cut and the cursor bad) or be in up to four
 * bytes. */
static inline struct bytes ber_next(struct cur *c, uint8_t *ret_tag)
{
	*ret_tag = cur_u8(c);
	size_t len = cur_u8(c);

	if (len & 0x80) {
		size_t digits = len & 0x7f;

		if (digits == 0 || digits > 4)
			c->bad = true;
		len = 0;
		while (!c->bad && digits-- > 0)
			len = len << 8 | cur_u8(c);
	}
	if (!cur_ok(c)) {
		*ret_tag = 0;
		return (struct bytes){0};
	}
	struct bytes value = {.data = c->at, .len = len < cur_left(c) ? len : cur_left(c)};
	cur_skip(c, len);
	return value;
}

/* The next element's value when it has this tag; otherwise the cursor is bad. */
static inline struct bytes ber_take(struct cur *c, uint8_t tag)
{
	uint8_t got;
	struct bytes value = ber_next(c, &got);

	if (got == tag)
		return value;
	c->bad = true;
	return (struct bytes){0};
}

static inline struct cur ber_cur(struct bytes b)
{
	return cur_of(b.data, b.len);
}

/* An INTEGER of up to eight bytes that is not negative; otherwise the cursor is bad. */
static inline uint64_t ber_number(struct cur *c)
{
	struct bytes b = ber_take(c, BER_INTEGER);
	uint64_t value = 0;

	if (b.len == 0 || b.len > 8 || b.data[0] & 0x80)
		c->bad = true;
	for (size_t i = 0; !c->bad && i < b.len; i++)
		value = value << 8 | b.data[i];
	return value;
}
