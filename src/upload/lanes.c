#include "upload/lanes.h"

#include <string.h>

static int newest_first(const void *left, const void *right)
{
	return spool_file_compare(right, left);
}

static int (*const orders[LANE_COUNT])(const void *left, const void *right) = {
	[LANE_LIVE] = newest_first,
	[LANE_BACKLOG] = spool_file_compare,
};

void lanes_begin(struct lanes *l, int64_t now_s)
{
	l->now_s = now_s;
	l->seen = l->seen_bytes = 0;
	l->oldest_s = l->newest_s = 0;
	for (int i = 0; i < LANE_COUNT; i++)
		l->lists[i].count = l->lists[i].next = 0;
}

/* Twice as many as a round are held before the worse half goes: a spool of any size needs little memory. */
static void keep_first(struct lane_list *list, enum lane lane)
{
	qsort(list->files, list->count, sizeof(*list->files), orders[lane]);
	if (list->count > LANE_ROUND)
		list->count = LANE_ROUND;
}

static void note(struct lanes *l, const struct spool_file *file)
{
	if (l->seen == 0 || file->sealed_s < l->oldest_s)
		l->oldest_s = file->sealed_s;
	if (l->seen == 0 || file->sealed_s > l->newest_s)
		l->newest_s = file->sealed_s;
	l->seen++;
	l->seen_bytes += file->bytes;
}

void lanes_add(struct lanes *l, const struct spool_file *file)
{
	const enum lane lane = file->sealed_s > l->now_s - LANE_LIVE_S ? LANE_LIVE : LANE_BACKLOG;
	struct lane_list *list = &l->lists[lane];

	note(l, file);
	list->files[list->count++] = *file;
	if (list->count == ARRAY_SIZE(list->files))
		keep_first(list, lane);
}

void lanes_end(struct lanes *l)
{
	for (int i = 0; i < LANE_COUNT; i++)
		keep_first(&l->lists[i], (enum lane)i);
}

const struct spool_file *lanes_next(struct lanes *l, enum lane lane)
{
	struct lane_list *list = &l->lists[lane];

	return list->next < list->count ? &list->files[list->next++] : NULL;
}

bool lanes_is_empty(const struct lanes *l, enum lane lane)
{
	return l->lists[lane].next == l->lists[lane].count;
}

bool lanes_is_short(const struct lanes *l)
{
	for (int i = 0; i < LANE_COUNT; i++)
		if (l->lists[i].count == LANE_ROUND && lanes_is_empty(l, (enum lane)i))
			return true;
	return false;
}

int64_t lanes_pause_ms(uint64_t bytes, uint64_t kib_s)
{
	const uint64_t cost = bytes > LANE_COST ? bytes : LANE_COST;

	return kib_s ? (int64_t)(cost * 1000 / (kib_s * 1024)) : 0;
}
