/* The thread that compresses and waits for the disk. */
#include "base/text.h"
#include "sensor/clock.h"
#include "sensor/record_parts.h"
#include "sensor/status_file.h"
#include "ship/reduce.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const int64_t second_ns = 1000000000;
/* Few segments are counted each time. */
enum { SYNC_S = 5, STATUS_S = 2, COUNT_S = 60, FEW_SEGMENTS = 5000 };

static void fail(struct record *r, int code, const struct err *e)
{
	pthread_mutex_lock(&r->lock);
	r->failed = code;
	r->failure = *e;
	pthread_cond_broadcast(&r->moved);
	pthread_mutex_unlock(&r->lock);
}

/* --- sealing --- */

/* The first time that bytes of it leave memory: the segment before is sealed by then. */
static void chain(struct record *r, struct buffer *b, size_t ready)
{
	if (b->chained)
		return;
	segment_set_previous(&b->head, b->blocks.data, ready, r->previous);
	b->chained = true;
}

/* What was not written before is told by the next that is. */
static void take_carry(struct record *r, struct segment_tail *tail)
{
	for (size_t i = 0; i < r->carry.gap_count; i++)
		reduce_add_gap(tail, &r->carry.gaps[i]);
	tail->heard += r->carry.heard;
	tail->lost += r->carry.lost;
	tail->given_up += r->carry.given_up;
	tail->flags |= r->carry.gap_count ? SEGMENT_EMPTIED : 0;
}

static void carry_on(struct record *r, const struct buffer *b)
{
	const struct segment_tail *tail = &b->tail;
	const struct segment_gap gap = {.first = b->head.sequence, .last = b->head.sequence,
		.from_ns = b->head.clock.real_ns, .to_ns = tail->clock.real_ns,
		.packets = tail->packets, .bytes = tail->bytes, .reason = GAP_DISK_FULL};

	reduce_add_gap(&r->carry, &gap);
	r->carry.heard += tail->heard;
	r->carry.lost += tail->lost;
	r->carry.given_up += tail->packets;
	atomic_fetch_add_explicit(&r->unwritten, tail->packets, memory_order_relaxed);
}

static void seal(struct record *r, struct buffer *b)
{
	struct segment_tail tail = b->tail;
	struct err e = {""};

	chain(r, b, b->blocks.len);
	take_carry(r, &tail);
	segment_end(&b->blocks, &b->head, &tail);
	int rc = spool_seal(r->spool, &b->name, &b->blocks, r->previous, &e);
	if (rc == 0) {
		memset(&r->carry, 0, sizeof(r->carry));
		memset(&r->trouble, 0, sizeof(r->trouble));
		return;
	}
	carry_on(r, b);
	r->trouble = e;
	if (rc != -ENOSPC && rc != -EDQUOT)
		fail(r, rc, &e);
}

/* --- what grows --- */

static void journal(struct record *r, struct buffer *b, int64_t now_ns)
{
	size_t ready = atomic_load_explicit(&b->ready, memory_order_acquire);
	bool sync = now_ns >= r->synced_ns + SYNC_S * second_ns;
	struct err e = {""};

	if (ready == b->journaled && !sync)
		return;
	chain(r, b, ready);
	if (sync)
		r->synced_ns = now_ns;
	/* a disk without room for it may have some when the segment is whole; packets are in memory still */
	if (spool_journal(r->spool, &b->name, b->blocks.data, b->journaled, ready, sync, &e) < 0)
		r->trouble = e;
	else
		b->journaled = ready;
}

static void keep_house(struct record *r, int64_t now_ns)
{
	struct err e = {""};

	if (spool_make_room(r->spool, time(NULL), &e) < 0)
		r->trouble = e;
	if (r->status_ns && now_ns < r->status_ns + STATUS_S * second_ns)
		return;
	r->status_ns = now_ns;
	if (now_ns >= r->counted_ns + COUNT_S * second_ns || r->use.segments < FEW_SEGMENTS) {
		r->counted_ns = now_ns;
		if (spool_count(r->spool, &r->use, &e) < 0)
			r->trouble = e;
		atomic_store(&r->given_up_packets, r->use.given_up_packets);
		atomic_store(&r->given_up_bodies, r->use.given_up_bodies);
	}
	if (record_status(r, &e) < 0)
		r->trouble = e;
}

/* --- the loop --- */

static struct buffer *find_state(struct record *r, enum buffer_state state)
{
	struct buffer *found = NULL;

	for (size_t i = 0; i < BUFFERS; i++) {
		struct buffer *b = &r->buffers[i];

		if (b->state == state && (!found || b->head.sequence < found->head.sequence))
			found = b;
	}
	return found;
}

/* The next full one; NULL after a second without one, or when there will be none (*ret_done). */
static struct buffer *wait_for_full(struct record *r, bool *ret_done, struct buffer **ret_filling)
{
	struct timespec until;
	int waited = 0;
	struct buffer *full;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&r->lock);
	while (!(full = find_state(r, BUFFER_FULL)) && !r->quit && waited == 0)
		waited = pthread_cond_timedwait(&r->moved, &r->lock, &until);
	*ret_done = !full && (r->quit || r->failed < 0);
	*ret_filling = find_state(r, BUFFER_FILLING);
	pthread_mutex_unlock(&r->lock);
	return full;
}

static void free_buffer(struct record *r, struct buffer *b)
{
	pthread_mutex_lock(&r->lock);
	b->state = BUFFER_FREE;
	pthread_cond_broadcast(&r->moved);
	pthread_mutex_unlock(&r->lock);
}

void *record_seal(void *record)
{
	struct record *r = record;
	struct buffer *full, *filling;
	bool done = false;

	while (!done) {
		full = wait_for_full(r, &done, &filling);
		int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
		if (full) {
			seal(r, full);
			free_buffer(r, full);
		} else if (filling) {
			journal(r, filling, now_ns);
		}
		keep_house(r, now_ns);
	}
	r->status_ns = 0;
	keep_house(r, clock_ns(CLOCK_MONOTONIC));
	return NULL;
}

/* --- status --- */

static void fill_status(struct record *r, struct status_file *status)
{
	*status = (struct status_file){.pid = (uint64_t)getpid(),
		.started_s = (uint64_t)r->started_s,
		.written_s = (uint64_t)time(NULL),
		.heard_s = (uint64_t)(atomic_load_explicit(&r->heard_ns, memory_order_relaxed) / second_ns),
		.spool_segments = r->use.segments,
		.spool_bytes = r->use.bytes,
		.spool_bytes_max = r->options.spool_bytes_max};
	snprintf(status->sensor, sizeof(status->sensor), "%s", r->options.sensor);
	snprintf(status->mode, sizeof(status->mode), "%s", r->options.mode);
	snprintf(status->trouble, sizeof(status->trouble), "%.500s", r->trouble.text);
	for (int i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		status->counters[i] = atomic_load_explicit(&r->told[i], memory_order_relaxed);
}

int record_status(struct record *r, struct err *e)
{
	AUTO(buf_done) struct buf text = {0};
	struct json j = {.out = &text};
	struct status_file status;

	fill_status(r, &status);
	json_open(&j, NULL, '{');
	status_file_put(&status, &j);
	json_close(&j, '}');
	buf_char(&text, '\n');
	return spool_write_text(r->spool, "status.json", text.data, text.len, e);
}
