#include "decode/addr.h"

#include <arpa/inet.h>

#include "base/base.h"
#include "base/number.h"

enum { V4_BITS = 96, GROUPS = 8 };

static char *decimal_print(char *out, unsigned value)
{
	if (value >= 100)
		*out++ = (char)('0' + value / 100);
	if (value >= 10)
		*out++ = (char)('0' + value / 10 % 10);
	*out++ = (char)('0' + value % 10);
	return out;
}

static char *v4_print(char *out, const uint8_t b[4])
{
	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			*out++ = '.';
		out = decimal_print(out, b[i]);
	}
	return out;
}

static char *group_print(char *out, unsigned group)
{
	static const char digits[] = "0123456789abcdef";

	for (int shift = 12; shift > 0; shift -= 4) {
		if (group >> shift)
			*out++ = digits[group >> shift & 15];
	}
	*out++ = digits[group & 15];
	return out;
}

static unsigned group_of(const struct addr *a, size_t i)
{
	return (unsigned)a->b[2 * i] << 8 | a->b[2 * i + 1];
}

/* RFC 5952 4.2: "::" stands for the longest run of zero groups, the first of equal ones, never for
 * a single group. */
static size_t longest_zeros(const struct addr *a, size_t *ret_len)
{
	size_t best = GROUPS, best_len = 1, len = 0;

	for (size_t i = 0; i < GROUPS; i++) {
		len = group_of(a, i) == 0 ? len + 1 : 0;
		if (len > best_len) {
			best_len = len;
			best = i + 1 - len;
		}
	}
	*ret_len = best_len;
	return best;
}

static char *v6_print(char *out, const struct addr *a)
{
	size_t zeros_len;
	size_t zeros = longest_zeros(a, &zeros_len);

	for (size_t i = 0; i < GROUPS;) {
		if (i == zeros) {
			*out++ = ':';
			*out++ = ':';
			i += zeros_len;
			continue;
		}
		if (i > 0 && i != zeros + zeros_len)
			*out++ = ':';
		out = group_print(out, group_of(a, i++));
	}
	return out;
}

static char *any_print(char *out, const struct addr *a)
{
	return addr_is_v4(a) ? v4_print(out, a->b + 12) : v6_print(out, a);
}

const char *addr_print(const struct addr *a, char out[ADDR_TEXT_SIZE])
{
	*any_print(out, a) = '\0';
	return out;
}

const char *prefix_print(const struct prefix *p, char out[ADDR_TEXT_SIZE])
{
	bool v4 = addr_is_v4(&p->addr); /* so at least 96 bits: those after the prefix are 0 */
	char *at = v4 ? v4_print(out, p->addr.b + 12) : v6_print(out, &p->addr);

	*at++ = '/';
	*decimal_print(at, v4 ? p->bits - (unsigned)V4_BITS : p->bits) = '\0';
	return out;
}

bool addr_parse(const char *text, struct addr *ret)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		*ret = addr_from_v4(ntohl(v4.s_addr));
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	memcpy(ret->b, &v6, sizeof(ret->b));
	return true;
}

bool prefix_parse(const char *text, bool allow_host_bits, struct prefix *ret)
{
	const char *slash = strchrnul(text, '/');
	size_t addr_len = (size_t)(slash - text);
	char addr_text[ADDR_TEXT_SIZE];
	struct addr addr;

	if (addr_len >= sizeof(addr_text))
		return false;
	memcpy(addr_text, text, addr_len);
	addr_text[addr_len] = '\0';
	if (!addr_parse(addr_text, &addr))
		return false;

	unsigned before = memchr(text, ':', addr_len) ? 0 : V4_BITS;
	uint64_t bits = 128 - before;
	if (*slash && !number_u64(slash + 1, 0, bits, &bits))
		return false;
	*ret = (struct prefix){addr_mask(&addr, before + (unsigned)bits), (uint8_t)(before + bits)};
	return allow_host_bits || addr_equal(&ret->addr, &addr);
}

bool prefix_has(const struct prefix *p, const struct addr *a)
{
	size_t whole = p->bits / 8;
	unsigned rest = p->bits % 8;

	if (memcmp(p->addr.b, a->b, whole) != 0)
		return false;
	return rest == 0 || (p->addr.b[whole] ^ a->b[whole]) >> (8 - rest) == 0;
}

struct addr addr_mask(const struct addr *a, unsigned bits)
{
	struct addr masked = {0};
	size_t whole = bits / 8;
	unsigned rest = bits % 8;

	memcpy(masked.b, a->b, whole);
	if (rest > 0)
		masked.b[whole] = (uint8_t)(a->b[whole] & 0xff << (8 - rest));
	return masked;
}

struct prefix addr_network(const struct addr *a)
{
	uint8_t bits = addr_is_v4(a) ? V4_BITS + 24 : 64;

	return (struct prefix){addr_mask(a, bits), bits};
}

bool addr_is_group(const struct addr *a)
{
	static const struct addr unspecified;

	if (addr_is_v4(a)) {
		uint32_t v4 = addr_v4(a);
		return v4 == 0 || v4 == UINT32_MAX || v4 >> 28 == 0xe;
	}
	return a->b[0] == 0xff || addr_equal(a, &unspecified);
}
