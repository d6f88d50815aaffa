#include "upload/taken.h"

#include "base/buf.h"
#include "base/number.h"

#include <inttypes.h>
#include <string.h>

/* The first range that ends at or behind it. */
static size_t place_of(const struct taken *t, const struct spool_name *name)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct taken_range *range = &t->ranges[middle];
		int epochs = memcmp(range->epoch, name->epoch, SEGMENT_EPOCH);

		if (epochs < 0 || (epochs == 0 && range->last < name->sequence))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_in(const struct taken_range *range, const struct spool_name *name)
{
	return memcmp(range->epoch, name->epoch, SEGMENT_EPOCH) == 0 && range->first <= name->sequence &&
	       name->sequence <= range->last;
}

bool taken_has(const struct taken *t, const struct spool_name *name)
{
	size_t at = place_of(t, name);

	return at < t->count && is_in(&t->ranges[at], name);
}

static void drop(struct taken *t, size_t at)
{
	t->count--;
	memmove(&t->ranges[at], &t->ranges[at + 1], (t->count - at) * sizeof(*t->ranges));
	t->changed = true;
}

static void make_room(struct taken *t)
{
	size_t at = 0;

	while (at < t->count && t->ranges[at].seen)
		at++;
	drop(t, at < t->count ? at : 0);
}

/* Joins a range with the next when nothing lies between them. */
static void join_next(struct taken *t, size_t at)
{
	struct taken_range *range = &t->ranges[at];

	if (at + 1 >= t->count || memcmp(range->epoch, range[1].epoch, SEGMENT_EPOCH) != 0 ||
		range[1].first - range->last > 1)
		return;
	range[1].first = range->first;
	range[1].seen = range[1].seen || range->seen;
	drop(t, at);
}

void taken_add(struct taken *t, const struct spool_name *name)
{
	size_t at;

	if (taken_has(t, name))
		return;
	if (t->count == TAKEN_MAX)
		make_room(t);
	at = place_of(t, name);
	memmove(&t->ranges[at + 1], &t->ranges[at], (t->count - at) * sizeof(*t->ranges));
	t->ranges[at] = (struct taken_range){
		.first = name->sequence, .last = name->sequence, .seen = true};
	memcpy(t->ranges[at].epoch, name->epoch, SEGMENT_EPOCH);
	t->count++;
	t->changed = true;
	join_next(t, at);
	if (at > 0)
		join_next(t, at - 1);
}

void taken_look(struct taken *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->ranges[i].seen = false;
}

bool taken_see(struct taken *t, const struct spool_name *name)
{
	size_t at = place_of(t, name);

	if (at >= t->count || !is_in(&t->ranges[at], name))
		return false;
	t->ranges[at].seen = true;
	return true;
}

void taken_looked(struct taken *t)
{
	for (size_t i = t->count; i-- > 0;)
		if (!t->ranges[i].seen)
			drop(t, i);
}

void taken_print(const struct taken *t, struct buf *out)
{
	char epoch[SEGMENT_EPOCH_TEXT];

	for (size_t i = 0; i < t->count; i++)
		buf_printf(out, "%s %" PRIu64 " %" PRIu64 "\n",
			segment_hex(t->ranges[i].epoch, SEGMENT_EPOCH, epoch), t->ranges[i].first,
			t->ranges[i].last);
}

/* --- reading --- */

static bool parse_line(char *line, struct taken_range *ret)
{
	char *rest = line, *epoch = strsep(&rest, " "), *first = strsep(&rest, " ");

	return first && rest && segment_unhex(epoch, ret->epoch, SEGMENT_EPOCH) &&
	       number_u64(first, 0, UINT64_MAX - 1, &ret->first) &&
	       number_u64(rest, ret->first, UINT64_MAX - 1, &ret->last);
}

/* Our own file: its lines are in order. A line that is not was not ours. */
static bool follows(const struct taken *t, const struct taken_range *range)
{
	const struct taken_range *before = t->count ? &t->ranges[t->count - 1] : NULL;
	int epochs = before ? memcmp(before->epoch, range->epoch, SEGMENT_EPOCH) : -1;

	return epochs < 0 || (epochs == 0 && before->last < range->first && range->first - before->last > 1);
}

void taken_parse(struct taken *t, char *text)
{
	struct taken_range range = {.seen = true};

	for (char *line; (line = strsep(&text, "\n"));)
		if (t->count < TAKEN_MAX && parse_line(line, &range) && follows(t, &range))
			t->ranges[t->count++] = range;
}
