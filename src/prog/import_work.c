#include "prog/import_work.h"

#include "base/text.h"
#include "prog/bounds.h"
#include "prog/result.h"
#include "prog/stop.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* How many files may be done before the one whose line is the next: their lines wait. */
enum { AHEAD = 4096, WORKERS_MAX = 64 };

/* What is to be printed about a file. */
struct line {
	struct buf out, err;
	bool is_done;
};

/* What the workers share. */
struct work {
	const struct import_plan *plan;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t moved; /* told has grown, or somebody stops */
	size_t next;	      /* of the plan: the first file that nobody has taken */
	size_t told;	      /* files whose lines are out */
	struct line *lines;   /* a ring of AHEAD */
	struct import_total *total;
	struct progress_all *progress;
};

struct worker {
	struct work *work;
	struct intake *in;
	struct intake own;
	struct prog prog; /* the same with a store of its own */
	pthread_t thread;
};

/* --- turns --- */

struct range {
	size_t from, to;
};

/* The next files that belong together; false when there are none. */
static bool take_group(struct work *w, struct range *ret)
{
	const struct import_plan *plan = w->plan;

	pthread_mutex_lock(&w->lock);
	*ret = (struct range){w->next, w->next};
	while (ret->to < plan->read &&
		import_plan_at(plan, ret->to)->group == import_plan_at(plan, ret->from)->group)
		ret->to++;
	w->next = ret->to;
	pthread_mutex_unlock(&w->lock);
	return ret->from < ret->to && !stop_signal();
}

/* The worker with the earliest file never waits, so all go on. */
static bool wait_for_room(struct work *w, size_t i)
{
	pthread_mutex_lock(&w->lock);
	while (i >= w->told + AHEAD && !stop_signal())
		pthread_cond_wait(&w->moved, &w->lock);
	pthread_mutex_unlock(&w->lock);
	return !stop_signal();
}

static void wake(struct work *w)
{
	pthread_mutex_lock(&w->lock);
	pthread_cond_broadcast(&w->moved);
	pthread_mutex_unlock(&w->lock);
}

/* --- lines --- */

static void print_line(struct work *w, struct line *line)
{
	progress_all_hide(w->progress);
	fputs(buf_str(&line->out), stdout);
	fflush(stdout);
	fputs(buf_str(&line->err), stderr);
	progress_all_show(w->progress);
	buf_done(&line->out);
	buf_done(&line->err);
	*line = (struct line){0};
}

/* Takes over the line of file i and prints all whose turn it is. */
static void tell(struct work *w, size_t i, const struct line *line)
{
	pthread_mutex_lock(&w->lock);
	w->lines[i % AHEAD] = *line;
	for (; w->lines[w->told % AHEAD].is_done; w->told++)
		print_line(w, &w->lines[w->told % AHEAD]);
	pthread_cond_broadcast(&w->moved);
	pthread_mutex_unlock(&w->lock);
}

/* Those that were done before one that a signal stopped. */
static void tell_rest(struct work *w)
{
	for (size_t i = w->told; i < w->told + AHEAD; i++)
		if (w->lines[i % AHEAD].is_done)
			print_line(w, &w->lines[i % AHEAD]);
}

static void add_result(
	struct import_total *total, const struct intake_result *r, const struct err *e)
{
	if (e->text[0])
		total->failed++;
	else if (r->known)
		total->known++;
	else
		total->taken++;
	if (!r->known) {
		total->frames += r->segment.frames;
		total->accesses += r->segment.accesses;
	}
}

/* --- a file --- */

/* False when a signal stopped it: nothing is to be told of it then. */
static bool take_file(struct intake *in, const char *path, const char *name,
	struct intake_result *result, struct line *line, struct err *e)
{
	int rc = intake_file(in, path, name, result, e);

	if (rc == -EINTR && stop_signal())
		return false;
	if (rc == 0)
		result_text(result, &line->out);
	if (rc == 0 && result->damage.text[0])
		*e = result->damage;
	if (e->text[0])
		result_failure_text(name, e, &line->err);
	if (rc < 0)
		result->segment.frames = result->segment.accesses = 0;
	line->is_done = true;
	return true;
}

static void do_file(struct worker *me, size_t i)
{
	struct work *w = me->work;
	const struct import_file *file = import_plan_at(w->plan, i);
	struct intake_result result;
	struct line line = {0};
	struct err e = {0};

	me->in->file_bytes = file->bytes;
	if (!take_file(me->in, file->path, file->path, &result, &line, &e))
		return;
	pthread_mutex_lock(&w->lock);
	add_result(w->total, &result, &e);
	pthread_mutex_unlock(&w->lock);
	tell(w, i, &line);
}

static void *run_worker(void *context)
{
	struct worker *me = context;
	struct range group;

	while (take_group(me->work, &group)) {
		intake_forget(me->in);
		for (size_t i = group.from; i < group.to && wait_for_room(me->work, i); i++)
			do_file(me, i);
	}
	wake(me->work);
	return NULL;
}

/* --- workers --- */

static int make_worker(struct worker *me, struct work *w, const struct intake *first,
	const struct geo *geo, struct err *e)
{
	me->work = w;
	me->in = &me->own;
	me->prog = *first->prog;
	me->prog.store = NULL;
	me->own = (struct intake){.sensor = first->sensor,
		.addresses = first->addresses,
		.address_count = first->address_count,
		.known = first->known,
		.rulebooks = first->rulebooks,
		.all = first->all,
		.budget = first->budget};
	int rc = prog_connect(first->prog, &me->prog.store, e);
	return rc < 0 ? rc : intake_init(&me->own, &me->prog, geo, e);
}

static void end_worker(struct worker *me)
{
	intake_done(&me->own);
	store_close(me->prog.store);
}

/* More threads than the system gives are none: the others do the work. */
static void run_workers(struct worker *workers, size_t count)
{
	size_t started = 1;

	while (started < count &&
		pthread_create(&workers[started].thread, NULL, run_worker, &workers[started]) == 0)
		started++;
	run_worker(&workers[0]);
	while (started > 1)
		pthread_join(workers[--started].thread, NULL);
}

static size_t count_groups(const struct import_plan *plan)
{
	size_t groups = 0;

	for (size_t i = 0; i < plan->read; i++)
		groups += i == 0 ||
			  import_plan_at(plan, i)->group != import_plan_at(plan, i - 1)->group;
	return groups;
}

static int work_all(
	struct work *w, struct intake *first, const struct geo *geo, size_t threads, struct err *e)
{
	AUTO(free) struct worker *workers = calloc(WORKERS_MAX, sizeof(*workers));
	size_t groups = count_groups(w->plan), made = 1;
	int rc = 0;

	if (!workers)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	threads = threads < groups ? threads : groups;
	threads = threads < WORKERS_MAX ? threads : WORKERS_MAX;
	workers[0] = (struct worker){.work = w, .in = first};
	for (; rc == 0 && made < threads; made++)
		rc = make_worker(&workers[made], w, first, geo, e);
	if (rc == 0)
		run_workers(workers, made);
	while (made > 1)
		end_worker(&workers[--made]);
	return rc;
}

static uint64_t plan_bytes(const struct import_plan *plan)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < plan->read; i++)
		bytes += import_plan_at(plan, i)->bytes;
	return bytes;
}

int import_work(struct intake *first, const struct geo *geo, const struct import_plan *plan,
	size_t threads, struct import_total *total, struct err *e)
{
	AUTO(free) struct line *lines = calloc(AHEAD, sizeof(*lines));
	uint64_t room = bounds_memory_for_captures(first->prog), taken = import_plan_memory(plan);
	struct progress_all progress;
	struct budget budget;
	struct work w = {.plan = plan,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
		.lines = lines,
		.total = total,
		.progress = &progress};

	if (!lines)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	progress_all_start(&progress, plan->read, plan_bytes(plan));
	budget_init(&budget, room > taken ? room - taken : 0);
	first->all = plan->read > 1 ? &progress : NULL;
	first->budget = &budget;
	int rc = work_all(&w, first, geo, threads, e);
	tell_rest(&w);
	first->all = NULL;
	first->budget = NULL;
	budget_done(&budget);
	total->seconds += progress_all_stop(&progress);
	pthread_cond_destroy(&w.moved);
	pthread_mutex_destroy(&w.lock);
	return rc;
}

void import_standard_input(struct intake *in, struct import_total *total)
{
	struct intake_result result;
	struct line line = {0};
	struct err e = {0};

	if (take_file(in, "-", TR("standard input", "標準入力"), &result, &line, &e))
		add_result(total, &result, &e);
	total->seconds += result.seconds;
	fputs(buf_str(&line.out), stdout);
	fflush(stdout);
	fputs(buf_str(&line.err), stderr);
	buf_done(&line.out);
	buf_done(&line.err);
}
