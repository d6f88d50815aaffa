#include "prog/import_plan.h"

#include "base/text.h"
#include "capture/stream.h"
#include "prog/head.h"
#include "prog/parallel.h"
#include "prog/stop.h"

#include <errno.h>
#include <string.h>

void import_plan_done(struct import_plan *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->files[i].path);
	for (size_t i = 0; i < p->failure_count; i++)
		free(p->failures[i]);
	free(p->files);
	free(p->order);
	free(p->failures);
	*p = (struct import_plan){0};
}

/* --- orders, of indices of files --- */

static int compare(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_u(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int by_path(const struct import_file *a, const struct import_file *b)
{
	return strcmp(a->path, b->path);
}

/* Those that are one and the same file, one after the other. */
static int by_inode(const void *a, const void *b, void *files)
{
	const struct import_file *x = &((const struct import_file *)files)[*(const uint32_t *)a];
	const struct import_file *y = &((const struct import_file *)files)[*(const uint32_t *)b];
	int order = compare_u(x->device, y->device);

	if (order == 0)
		order = compare_u(x->inode, y->inode);
	return order ? order : by_path(x, y);
}

/* Those to read, by their first frames, those without one last; then those to skip, by path. */
static int by_beginning(const void *a, const void *b, void *files)
{
	const struct import_file *x = &((const struct import_file *)files)[*(const uint32_t *)a];
	const struct import_file *y = &((const struct import_file *)files)[*(const uint32_t *)b];
	int order = compare(x->skip != IMPORT_READ, y->skip != IMPORT_READ);

	if (order == 0 && x->skip == IMPORT_READ)
		order = compare(y->has_frame, x->has_frame);
	if (order == 0 && x->skip == IMPORT_READ)
		order = compare(x->frame_ns, y->frame_ns);
	if (order == 0 && x->skip == IMPORT_READ)
		order = compare_u(x->print, y->print);
	return order ? order : by_path(x, y);
}

struct group {
	const struct import_file *first; /* its earliest file, by path where there are several */
};

struct ordering {
	const struct import_file *files;
	const struct group *groups;
};

static int by_time(const struct import_file *a, const struct import_file *b)
{
	int order = compare(b->has_time, a->has_time);

	if (order == 0)
		order = compare(a->time_ns, b->time_ns);
	return order ? order : by_path(a, b);
}

/* Groups by their earliest file; in each the shortest first. */
static int by_turn(const void *a, const void *b, void *context)
{
	const struct ordering *o = context;
	const struct import_file *x = &o->files[*(const uint32_t *)a];
	const struct import_file *y = &o->files[*(const uint32_t *)b];

	if (x->group != y->group)
		return by_time(o->groups[x->group].first, o->groups[y->group].first);
	int order = compare_u(x->length, y->length);
	return order ? order : by_path(x, y);
}

/* --- the same file under several names --- */

static bool is_same(const struct import_file *a, const struct import_file *b)
{
	return a->device == b->device && a->inode == b->inode &&
	       (a->inode != 0 || by_path(a, b) == 0);
}

/* Keeps the name that sorts first, whichever came first. */
static void drop_same(struct import_plan *p)
{
	size_t kept = 0;

	qsort_r(p->order, p->count, sizeof(*p->order), by_inode, p->files);
	for (size_t i = 0; i < p->count; i++) {
		struct import_file *here = &p->files[p->order[i]];
		struct import_file *last = kept ? &p->files[p->order[kept - 1]] : NULL;

		if (last && is_same(last, here))
			last->named = last->named || here->named;
		else
			p->order[kept++] = p->order[i];
	}
	p->read = kept;
}

/* --- looking at them --- */

/* What is found in a folder may be anything; what was named is told in its turn when it cannot be
 * read. */
static void look(void *context, size_t i)
{
	struct import_plan *p = context;
	struct import_file *file = &p->files[p->order[i]];
	struct head head;
	struct err why = {0};

	if (file->skip != IMPORT_READ)
		return;
	int rc = head_read(file->path, &head, &why);
	if (rc == -EINVAL && !file->named)
		file->skip = IMPORT_NO_CAPTURE;
	if (rc < 0)
		return;
	file->format = head.format;
	file->compression = head.compression;
	file->has_frame = head.has_frame;
	file->has_time = head.has_time;
	file->is_cut = head.is_cut;
	file->frame_ns = head.frame_ns;
	file->time_ns = head.time_ns;
	file->print = head.print;
}

/* A range of the order that is one group. */
struct range {
	size_t from, to;
};

/* The files from `from` on that begin with a frame of the same time; all of one group when one of
 * them ends within it, as its print says nothing then. */
static size_t same_time(const struct import_plan *p, size_t from, bool *ret_cut)
{
	size_t to = from;

	*ret_cut = false;
	for (; to < p->read &&
		import_plan_at(p, to)->has_frame == import_plan_at(p, from)->has_frame &&
		import_plan_at(p, to)->frame_ns == import_plan_at(p, from)->frame_ns;
		to++)
		*ret_cut = *ret_cut || import_plan_at(p, to)->is_cut;
	return to;
}

static struct range next_group(const struct import_plan *p, size_t from)
{
	struct range r = {from, from};
	bool is_cut;
	size_t end = same_time(p, from, &is_cut);

	while (r.to < end &&
		(is_cut || import_plan_at(p, r.to)->print == import_plan_at(p, from)->print))
		r.to++;
	return r;
}

static void form_groups(struct import_plan *p, struct group *groups)
{
	struct range r = {0, 0};

	for (uint32_t number = 0; r.to < p->read; number++) {
		r = next_group(p, r.to);
		groups[number].first = import_plan_at(p, r.from);
		for (size_t i = r.from; i < r.to; i++) {
			struct import_file *file = &p->files[p->order[i]];

			file->group = number;
			file->length = file->bytes;
			if (by_time(file, groups[number].first) < 0)
				groups[number].first = file;
		}
	}
}

/* --- lengths --- */

static bool is_packed(const struct import_file *file)
{
	return file->compression && strcmp(file->compression, "plain") != 0;
}

static bool has_neighbour(const struct import_plan *p, size_t i)
{
	uint32_t group = import_plan_at(p, i)->group;

	return (i > 0 && import_plan_at(p, i - 1)->group == group) ||
	       (i + 1 < p->read && import_plan_at(p, i + 1)->group == group);
}

/* No compression says reliably how much it holds, so those of a group are read through once. What
 * lies behind a damage counts for nothing later, too. */
static void measure(void *context, size_t i)
{
	enum { CHUNK = 1 << 18 };
	struct import_plan *p = context;
	struct import_file *file = &p->files[p->order[i]];
	AUTO(stream_close) struct stream *from = NULL;
	struct err unused = {0};
	ssize_t n;

	if (!file->has_frame || !is_packed(file) || !has_neighbour(p, i))
		return;
	AUTO(free) uint8_t *chunk = malloc(CHUNK);
	file->length = 0;
	if (!chunk || stream_open(file->path, &from, &unused) < 0)
		return;
	while (!stop_signal() && (n = stream_read(from, chunk, CHUNK, &unused)) > 0)
		file->length += (uint64_t)n;
}

/* --- the plan --- */

static size_t count_read(const struct import_plan *p, size_t count)
{
	size_t read = 0;

	while (read < count && import_plan_at(p, read)->skip == IMPORT_READ)
		read++;
	return read;
}

int import_plan_make(struct import_plan *p, size_t threads, struct err *e)
{
	p->order = calloc(p->count + 1, sizeof(*p->order));
	AUTO(free) struct group *groups = calloc(p->count + 1, sizeof(*groups));
	struct ordering ordering = {.files = p->files, .groups = groups};

	if (!p->order || !groups)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < p->count; i++)
		p->order[i] = (uint32_t)i;
	drop_same(p);
	size_t distinct = p->read;
	parallel_each(threads, distinct, look, p);
	qsort_r(p->order, distinct, sizeof(*p->order), by_beginning, p->files);
	p->read = count_read(p, distinct);
	p->skipped = distinct - p->read;
	form_groups(p, groups);
	parallel_each(threads, p->read, measure, p);
	qsort_r(p->order, p->read, sizeof(*p->order), by_turn, &ordering);
	return stop_check(e);
}

uint64_t import_plan_memory(const struct import_plan *p)
{
	enum { ALLOCATION = 16 };
	uint64_t bytes = p->max * sizeof(*p->files) + p->count * sizeof(*p->order);

	for (size_t i = 0; i < p->count; i++)
		bytes += strlen(p->files[i].path) + ALLOCATION;
	return bytes;
}

void import_plan_reason(const struct import_file *file, struct err *ret)
{
	struct head head;

	if (file->skip == IMPORT_NO_CAPTURE && head_read(file->path, &head, ret) < 0)
		return;
	err_set(ret, EINVAL,
		file->skip == IMPORT_LINK
			? TR("%s is a link to a folder or to nothing",
				  "%s はフォルダーへのリンク、またはリンク切れです")
			: TR("%s is no regular file", "%s は通常のファイルではありません"),
		file->path);
}
