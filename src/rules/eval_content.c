/* content: where it may lie, and where it lies. */
#include "rules/eval.h"

#include <string.h>

/* The part of the buffer in which all of the content must lie. */
struct window {
	int64_t start, end;
};

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Behind pos: distance and within count from it; offset and depth can only make the window smaller. */
static struct window window_relative(const struct content *c, const struct look *look, int64_t len, int64_t pos)
{
	int64_t distance = c->distance.set ? amount_value(&c->distance, look) : 0;
	struct window w = {.start = larger(0, pos + distance), .end = len};

	if (c->within.set)
		w.end = smaller(w.end, pos + distance + amount_value(&c->within, look));
	if (c->offset.set)
		w.start = larger(w.start, amount_value(&c->offset, look));
	if (c->depth.set)
		w.end = smaller(w.end, pos + amount_value(&c->depth, look));
	return w;
}

/* depth counts from offset. */
static struct window window_absolute(const struct content *c, const struct look *look, int64_t len)
{
	int64_t offset = c->offset.set ? amount_value(&c->offset, look) : 0;
	struct window w = {.start = offset, .end = len};

	if (c->starts)
		w.end = smaller(len, c->len);
	if (c->depth.set)
		w.end = smaller(len, offset + amount_value(&c->depth, look));
	return w;
}

static bool equal_at(const struct content *c, const uint8_t *at)
{
	if (!c->nocase)
		return memcmp(at, c->bytes, c->len) == 0;
	for (size_t i = 0; i < c->len; i++)
		if (ascii_lower(at[i]) != c->bytes[i])
			return false;
	return true;
}

/* The first place of the content in [from, end), or end. */
static size_t find_nocase(const struct content *c, const uint8_t *data, size_t from, size_t end)
{
	for (; from + c->len <= end; from++)
		if (ascii_lower(data[from]) == c->bytes[0] && equal_at(c, data + from))
			return from;
	return end;
}

static size_t find(const struct content *c, const uint8_t *data, size_t from, size_t end)
{
	if (from + c->len > end)
		return end;
	if (from + c->len == end)
		return equal_at(c, data + from) ? from : end;
	if (c->nocase)
		return find_nocase(c, data, from, end);
	const uint8_t *at = memmem(data + from, end - from, c->bytes, c->len);
	return at ? (size_t)(at - data) : end;
}

/* endswith: the last bytes of the buffer, where the window reaches them. */
static size_t find_last(const struct content *c, struct bytes in, struct window w)
{
	size_t at = in.len - c->len;

	if ((size_t)w.end < in.len || (int64_t)at < w.start || !equal_at(c, in.data + at))
		return (size_t)w.end;
	return at;
}

static size_t find_next(const struct content *c, struct bytes in, struct window w)
{
	if (w.start < 0 || w.end - w.start < c->len)
		return (size_t)larger(w.end, 0);
	if (c->ends)
		return find_last(c, in, w);
	return find(c, in.data, (size_t)w.start, (size_t)w.end);
}

static struct outcome not_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos,
	struct window w)
{
	const struct item *item = &list->items[at];

	if (find_next(item->content, in, w) < (size_t)larger(w.end, 0))
		return (struct outcome){false, item->depends};
	return items_match(list, at + 1, look, in, pos);
}

struct outcome content_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos)
{
	const struct item *item = &list->items[at];
	const struct content *c = item->content;
	struct window w = item->relative ? window_relative(c, look, (int64_t)in.len, (int64_t)pos)
					 : window_absolute(c, look, (int64_t)in.len);
	uint64_t blame = item->depends;

	if (item->not)
		return not_match(list, at, look, in, pos, w);
	for (;;) {
		size_t place = find_next(c, in, w);
		if (w.end <= 0 || place >= (size_t)w.end)
			return (struct outcome){false, blame};
		if (!step_allowed(look))
			return (struct outcome){false, 0};
		struct outcome rest = items_match(list, at + 1, look, in, place + c->len);
		if (rest.yes || !(rest.blame & item_bit(at)))
			return rest;
		blame |= rest.blame & ~item_bit(at);
		w.start = (int64_t)place + 1;
	}
}
