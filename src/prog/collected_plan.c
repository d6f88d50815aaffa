#include "prog/collected_plan.h"

#include <string.h>

static const int64_t second_ns = 1000000000, minute_ns = 60 * INT64_C(1000000000);

static int64_t floor_minute(int64_t ns)
{
	return ns / minute_ns - (ns % minute_ns < 0);
}

int64_t collected_minute(const struct inbox_file *before, const struct inbox_file *next)
{
	return before->ledger.packets ? floor_minute(before->last_ns)
				      : floor_minute(next->ledger.observed_from_s * second_ns);
}

/* --- what is known --- */

static int by_key(const struct posted *a, const struct posted *b, uint64_t b_sequence)
{
	int order = strcmp(a->sensor, b->sensor);

	if (order == 0)
		order = strcmp(a->epoch, b->epoch);
	return order ? order : (a->sequence > b_sequence) - (a->sequence < b_sequence);
}

const struct posted *collected_known(const struct plan_question *q, const struct posted *key, uint64_t sequence)
{
	size_t from = 0, to = q->known_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = by_key(&q->known[middle], key, sequence);

		if (order == 0)
			return &q->known[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static bool is_open(const struct plan_question *q, const struct inbox_file *file)
{
	return !file->is_settled && !collected_known(q, &file->ledger, file->ledger.sequence);
}

static bool follows(const struct inbox_file *file, const struct inbox_file *before)
{
	return strcmp(file->ledger.epoch, before->ledger.epoch) == 0 &&
	       file->ledger.covers_from == before->ledger.sequence + 1;
}

/* Open files from `from` on that follow each other: one behind the last. */
static size_t stretch_end(const struct plan_question *q, size_t from, size_t to)
{
	const struct inbox_file *files = q->list->files;
	size_t end = from + 1;

	while (end < to && is_open(q, &files[end]) && follows(&files[end], &files[end - 1]))
		end++;
	return end;
}

/* --- is it time? --- */

static bool is_old(const struct plan_question *q, int64_t taken_s)
{
	return q->wait_s < 0 || q->now_s - taken_s >= q->wait_s;
}

static int64_t newest(const struct plan_question *q, size_t from, size_t to)
{
	int64_t taken_s = 0;

	for (; from < to; from++)
		if (q->list->files[from].ledger.taken_s > taken_s)
			taken_s = q->list->files[from].ledger.taken_s;
	return taken_s;
}

/* The segments up to `to` show how the minute ends that goes on over the border behind `last`. */
static bool shows_end(const struct inbox_file *files, size_t last, size_t to)
{
	int64_t minute = collected_minute(&files[last], &files[last + 1]), seen_ns = 0;

	for (size_t i = last + 1; i <= to; i++) {
		seen_ns = files[i].last_ns > seen_ns ? files[i].last_ns : seen_ns;
		seen_ns = files[i].observed_to_ns > seen_ns ? files[i].observed_to_ns : seen_ns;
	}
	return seen_ns >= (minute + 1) * minute_ns + TAIL_S * second_ns;
}

/* The longest run that begins a stretch [first, end): 0 or 1. */
static bool choose_end(const struct plan_question *q, size_t first, size_t end, struct planned *ret)
{
	const struct inbox_file *files = q->list->files;
	const struct inbox_file *last = &files[end - 1];

	*ret = (struct planned){.first = first, .last = end - 1, .read_to = end - 1};
	if (last->ends_epoch || collected_known(q, &last->ledger, last->ledger.sequence + 1) ||
		is_old(q, newest(q, first, end)))
		return true;
	for (size_t b = end - 1; b > first; b--) {
		if (!shows_end(files, b - 1, end - 1))
			continue;
		ret->last = b - 1;
		ret->goes_on = true;
		for (ret->read_to = b; !shows_end(files, b - 1, ret->read_to);)
			ret->read_to++;
		return true;
	}
	return false;
}

bool collected_plan(const struct plan_question *q, size_t from, size_t to, struct planned *ret)
{
	const struct inbox_file *files = q->list->files;

	for (size_t i = from, end; i < to; i = end) {
		const struct posted *key = &files[i].ledger, *before = NULL;

		end = i + 1;
		if (!is_open(q, &files[i]))
			continue;
		end = stretch_end(q, i, to);
		if (key->covers_from > 0)
			before = collected_known(q, key, key->covers_from - 1);
		if (key->covers_from > 0 && !before && !is_old(q, key->taken_s))
			continue;
		if (!choose_end(q, i, end, ret))
			continue;
		ret->before = before;
		return true;
	}
	return false;
}
