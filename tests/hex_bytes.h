/* Bytes written as hexadecimal digits (blanks between them), in a heap block of exactly their size,
 * so that a sanitizer sees the first byte read beyond them. Freed with the test's process. */
#pragma once

#include "base/bytes.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static inline struct bytes exact(const void *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	cr_assert_not_null(copy);
	if (len > 0)
		memcpy(copy, data, len);
	return (struct bytes){.data = copy, .len = len};
}

static inline struct bytes exact_text(const char *text)
{
	return exact(text, strlen(text));
}

static inline int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : ascii_lower((uint8_t)c) - 'a' + 10;
}

static inline struct bytes hex_bytes(const char *hex)
{
	uint8_t data[4096];
	size_t len = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		cr_assert(hex[1] && len < sizeof(data));
		data[len++] = (uint8_t)(hex_value(hex[0]) << 4 | hex_value(hex[1]));
		hex++;
	}
	return exact(data, len);
}

static inline void expect_text(struct bytes got, const char *want)
{
	cr_assert(bytes_equal(got, bytes_of(want)), "got \"%.*s\", want \"%s\"", (int)got.len,
		(const char *)got.data, want);
}
