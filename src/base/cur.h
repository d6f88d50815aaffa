/* The one way to read outside bytes: a cursor that cannot leave its range. A read past the end makes it
 * bad for good and yields zeros: read a whole header, test cur_ok() once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cur {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

/* data may be NULL when len is 0. */
static inline struct cur cur_of(const void *data, size_t len)
{
	const uint8_t *at = data;

	return (struct cur){ .at = at, .end = len ? at + len : at }; /* NULL + 0 is undefined in C */
}

static inline bool cur_ok(const struct cur *c)
{
	return !c->bad;
}

static inline size_t cur_left(const struct cur *c)
{
	return (size_t)(c->end - c->at);
}

/* The next len bytes, or NULL (and bad) when there are fewer. */
static inline const uint8_t *cur_take(struct cur *c, size_t len)
{
	const uint8_t *at = c->at;

	if (__builtin_expect(c->bad || cur_left(c) < len, 0)) {
		c->bad = true;
		c->at = c->end;
		return NULL;
	}
	c->at += len;
	return at;
}

static inline void cur_skip(struct cur *c, size_t len)
{
	(void)cur_take(c, len);
}

/* A cursor over the next len bytes, which are skipped here. Bad when there are fewer. */
static inline struct cur cur_sub(struct cur *c, size_t len)
{
	const uint8_t *at = cur_take(c, len);

	return at ? cur_of(at, len) : (struct cur){ .at = c->end, .end = c->end, .bad = true };
}

static inline uint8_t cur_u8(struct cur *c)
{
	const uint8_t *p = cur_take(c, 1);

	return p ? p[0] : 0;
}

/* Network (big-endian) order. */
static inline uint16_t cur_u16(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t cur_u32(struct cur *c)
{
	const uint8_t *p = cur_take(c, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t cur_u64(struct cur *c)
{
	uint64_t high = cur_u32(c);

	return high << 32 | cur_u32(c);
}

/* Little-endian order. */
static inline uint16_t cur_le16(struct cur *c)
{
	return __builtin_bswap16(cur_u16(c));
}

static inline uint32_t cur_le32(struct cur *c)
{
	return __builtin_bswap32(cur_u32(c));
}

static inline uint64_t cur_le64(struct cur *c)
{
	return __builtin_bswap64(cur_u64(c));
}
