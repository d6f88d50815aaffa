/* A run of somebody else's bytes, and a bounded place for the few that have to be made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	const uint8_t *data; /* NULL only when len is 0 */
	size_t len;
};

static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

/* The bytes from `from` up to `to`; both are cut at the end. */
static inline struct bytes bytes_part(struct bytes b, size_t from, size_t to)
{
	if (to > b.len)
		to = b.len;
	if (from > to)
		from = to;
	return (struct bytes){.data = b.data ? b.data + from : NULL, .len = to - from};
}

static inline struct bytes bytes_from(struct bytes b, size_t from)
{
	return bytes_part(b, from, b.len);
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline bool bytes_start(struct bytes b, const char *text)
{
	size_t len = strlen(text);

	return b.len >= len && memcmp(b.data, text, len) == 0;
}

static inline uint8_t ascii_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Without regard to the case of ASCII letters. */
static inline bool bytes_start_nocase(struct bytes b, const char *text)
{
	size_t len = strlen(text);

	if (b.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(b.data[i]) != ascii_lower((uint8_t)text[i]))
			return false;
	return true;
}

static inline bool bytes_are_nocase(struct bytes b, const char *text)
{
	return b.len == strlen(text) && bytes_start_nocase(b, text);
}

/* Where c is first, at `from` or behind it; b.len when it is nowhere. */
static inline size_t bytes_find(struct bytes b, size_t from, uint8_t c)
{
	const uint8_t *at = from < b.len ? memchr(b.data + from, c, b.len - from) : NULL;

	return at ? (size_t)(at - b.data) : b.len;
}

/* Memory of the caller that results are made in, one behind the other; nothing is freed singly.
 * What does not fit is cut and counted. Set used to 0 to begin anew: all results made in it end. */
struct scratch {
	uint8_t *data;
	size_t used, size;
	uint64_t cut; /* bytes that did not fit */
};

static inline void scratch_add(struct scratch *s, struct bytes b)
{
	size_t room = s->size - s->used, n = b.len < room ? b.len : room;

	if (n > 0)
		memcpy(s->data + s->used, b.data, n);
	s->used += n;
	s->cut += b.len - n;
}

static inline void scratch_byte(struct scratch *s, uint8_t c)
{
	if (s->used < s->size)
		s->data[s->used++] = c;
	else
		s->cut++;
}

static inline void scratch_text(struct scratch *s, const char *text)
{
	scratch_add(s, bytes_of(text));
}

/* What was added since used was `from`. */
static inline struct bytes scratch_since(const struct scratch *s, size_t from)
{
	return (struct bytes){.data = s->data + from, .len = s->used - from};
}
