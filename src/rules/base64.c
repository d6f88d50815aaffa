/* Base 64 as rules decode it (RFC 4648 4, RFC 2045 6.8). */
#include "rules/eval.h"

static int value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The bytes of n (2 to 4) values. */
static void group_add(struct scratch *to, uint32_t bits, unsigned n)
{
	bits <<= 6 * (4 - n);
	for (unsigned i = 0; i + 1 < n; i++)
		scratch_byte(to, (uint8_t)(bits >> (16 - 8 * i)));
}

/* Whole groups, padding only at the end of the last one. */
static bool is_strict(struct bytes in)
{
	size_t len = in.len;

	if (len == 0 || len % 4 != 0)
		return false;
	for (unsigned pads = 0; pads < 2 && in.data[len - 1] == '='; pads++)
		len--;
	for (size_t i = 0; i < len; i++)
		if (value_of(in.data[i]) < 0)
			return false;
	return true;
}

/* RFC 2045 steps over what is no digit; RFC 4648 ends there. */
size_t base64_decode(struct bytes in, enum base64_mode mode, struct scratch *to)
{
	size_t start = to->used;
	uint32_t bits = 0;
	unsigned n = 0;

	if (mode == BASE64_STRICT && !is_strict(in))
		return 0;
	for (size_t i = 0; i < in.len && in.data[i] != '='; i++) {
		int value = value_of(in.data[i]);
		if (value < 0 && mode == BASE64_RFC2045)
			continue;
		if (value < 0)
			break;
		bits = bits << 6 | (uint32_t)value;
		if (++n == 4) {
			group_add(to, bits, n);
			bits = n = 0;
		}
	}
	group_add(to, bits, n);
	return to->used - start;
}
