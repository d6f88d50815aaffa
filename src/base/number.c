#include "base/number.h"

#include <stdlib.h>
#include <string.h>

bool number_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
			__builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}
	if (value < min || value > max)
		return false;
	*ret = value;
	return true;
}

bool number_double(const char *text, double min, double max, double *ret)
{
	const char *digits = text + (*text == '-' || *text == '+');
	size_t whole = strspn(digits, "0123456789");
	const char *rest = digits + whole;

	if (whole == 0)
		return false;
	if (*rest == '.') {
		size_t fraction = strspn(rest + 1, "0123456789");
		if (fraction == 0)
			return false;
		rest += 1 + fraction;
	}
	if (*rest)
		return false;
	double value = strtod(text, NULL); /* LC_NUMERIC is never set, so "." is the point */
	if (value < min || value > max)
		return false;
	*ret = value;
	return true;
}
