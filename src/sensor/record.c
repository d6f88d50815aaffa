#include "sensor/record.h"

#include "base/text.h"
#include "sensor/clock.h"
#include "sensor/record_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>

enum {
	SECOND_MS = 1000,
	READ_WAIT_MS = 200,
	DRAIN_MS = 1000, /* a flood must not keep us from ending */
};

static const int64_t second_ns = 1000000000, checkpoint_every_ns = 10000000000;

/* --- buffers --- */

static int make_buffers(struct record *r, struct err *e)
{
	for (size_t i = 0; i < BUFFERS; i++) {
		struct blocks *b = &r->buffers[i].blocks;

		b->size = r->options.segment_bytes + SEGMENT_END_MAX;
		b->data = malloc(b->size);
		if (!b->data)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	}
	return 0;
}

/* NULL when there is none within a second: the sealer waits for the disk, and the ring counts what it loses. */
static struct buffer *wait_for_buffer(struct record *r)
{
	struct timespec until;
	struct buffer *found = NULL;
	int waited = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&r->lock);
	while (!found && r->failed == 0 && waited == 0) {
		for (size_t i = 0; i < BUFFERS && !found; i++)
			if (r->buffers[i].state == BUFFER_FREE)
				found = &r->buffers[i];
		if (!found)
			waited = pthread_cond_timedwait(&r->moved, &r->lock, &until);
	}
	pthread_mutex_unlock(&r->lock);
	return found;
}

static void set_state(struct record *r, struct buffer *b, enum buffer_state state)
{
	pthread_mutex_lock(&r->lock);
	b->state = state;
	pthread_cond_broadcast(&r->moved);
	pthread_mutex_unlock(&r->lock);
}

static void publish(struct record *r)
{
	if (r->filling)
		atomic_store_explicit(&r->filling->ready, r->filling->blocks.len, memory_order_release);
}

/* --- counters --- */

static uint64_t lost_before_ring(const uint64_t counters[SEGMENT_COUNTER_COUNT])
{
	return counters[COUNTER_interface_dropped] + counters[COUNTER_interface_missed];
}

static void read_counters(struct record *r)
{
	struct ring_counters ring;
	struct ring_losses losses;
	uint64_t *c = r->counters;

	ring_counters(r->ring, &ring);
	ring_losses(r->ring, &losses);
	c[COUNTER_ring_heard] = ring.heard;
	c[COUNTER_ring_dropped] = ring.dropped;
	c[COUNTER_ring_freezes] = ring.freezes;
	c[COUNTER_checksum_open] = ring.checksum_open;
	c[COUNTER_merged] = ring.merged;
	c[COUNTER_answers] = ring.sent;
	c[COUNTER_interface_received] = losses.received;
	c[COUNTER_interface_dropped] = losses.dropped;
	c[COUNTER_interface_missed] = losses.missed;
	c[COUNTER_interface_errors] = losses.errors;
	c[COUNTER_softnet_dropped] = losses.softnet_dropped;
	c[COUNTER_softnet_squeezed] = losses.softnet_squeezed;
	c[COUNTER_policy_packets] = r->given_up_packets;
	c[COUNTER_policy_bodies] = r->given_up_bodies;
	c[COUNTER_unwritten] = r->unwritten;
	for (size_t i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		atomic_store_explicit(&r->told[i], c[i], memory_order_relaxed);
}

/* What the counters say of the time since the segment's head. */
static void note_counters(struct record *r, struct buffer *b)
{
	const uint64_t *now = r->counters, *then = b->head.counters;

	memcpy(b->tail.counters, now, sizeof(b->tail.counters));
	b->tail.lost = now[COUNTER_ring_dropped] - then[COUNTER_ring_dropped] +
		       lost_before_ring(now) - lost_before_ring(then);
	b->tail.heard = now[COUNTER_ring_heard] - then[COUNTER_ring_heard] + lost_before_ring(now) -
			lost_before_ring(then);
	b->tail.clock = clock_read();
}

/* --- segments --- */

/* From where the one before ended, in time and counts, however long it waited. False when there is no buffer. */
static bool begin_segment(struct record *r)
{
	struct buffer *b = wait_for_buffer(r);

	if (!b)
		return false;
	b->head = (struct segment_head){.sequence = r->sequence++, .clock = r->ended};
	snprintf(b->head.sensor, sizeof(b->head.sensor), "%s", r->options.sensor);
	memcpy(b->head.epoch, r->epoch, SEGMENT_EPOCH);
	memcpy(b->head.boot_id, r->boot_id, sizeof(r->boot_id));
	memcpy(b->head.counters, r->ended_counters, sizeof(r->counters));
	memset(&b->tail, 0, sizeof(b->tail));
	b->name = (struct spool_name){.sequence = b->head.sequence};
	memcpy(b->name.epoch, r->epoch, SEGMENT_EPOCH);
	b->journaled = 0;
	b->chained = false;
	segment_begin(&b->blocks, &b->head, ring_link_type(r->ring), 0, r->options.interface);
	r->filling = b;
	publish(r);
	set_state(r, b, BUFFER_FILLING);
	r->checkpoint_ns = r->ended.monotonic_ns;
	r->checkpoint_lost = 0;
	return true;
}

/* Statistics and tail come from the sealer, which knows what it could not write before. */
static void end_segment(struct record *r, bool final)
{
	struct buffer *b = r->filling;

	read_counters(r);
	note_counters(r, b);
	b->tail.flags = final ? SEGMENT_FINAL : 0;
	r->ended = b->tail.clock;
	memcpy(r->ended_counters, r->counters, sizeof(r->counters));
	publish(r);
	r->filling = NULL;
	set_state(r, b, BUFFER_FULL);
}

static bool has_failed(struct record *r)
{
	pthread_mutex_lock(&r->lock);
	bool failed = r->failed < 0;
	pthread_mutex_unlock(&r->lock);
	return failed;
}

/* Waits, as long as it takes, for a segment with room: meanwhile the ring holds what comes, and counts what it cannot. */
static bool make_room(struct record *r)
{
	if (r->filling)
		end_segment(r, false);
	while (!begin_segment(r)) {
		if (has_failed(r))
			return false;
		read_counters(r);
	}
	return true;
}

static bool take_frame(struct record *r, const struct frame *frame)
{
	if (!segment_add(&r->filling->blocks, frame) &&
		(!make_room(r) || !segment_add(&r->filling->blocks, frame)))
		return false;
	r->filling->tail.packets++;
	r->filling->tail.bytes += frame->cap_len;
	r->counters[COUNTER_packets]++;
	r->counters[COUNTER_bytes] += frame->cap_len;
	return true;
}

static bool take_batch(struct record *r, const struct frame_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (!take_frame(r, &batch->frames[i]))
			return false;
	if (batch->count > 0)
		atomic_store_explicit(&r->heard_ns, batch->frames[batch->count - 1].ts_ns,
			memory_order_relaxed);
	publish(r);
	return true;
}

/* Counters every second, as the kernel's are short; into the segment when there were losses, and every ten seconds, so
 * that a crash loses neither them nor the time that was observed. */
static bool tick(struct record *r)
{
	int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	struct buffer *b = r->filling;

	if (now_ns < r->ticked_ns + second_ns)
		return true;
	r->ticked_ns = now_ns;
	if (has_failed(r))
		return false;
	read_counters(r);
	if (now_ns >= b->head.clock.monotonic_ns + (int64_t)r->options.segment_s * second_ns)
		return make_room(r);
	note_counters(r, b);
	if (b->tail.lost == r->checkpoint_lost && now_ns < r->checkpoint_ns + checkpoint_every_ns)
		return true;
	r->checkpoint_lost = b->tail.lost;
	r->checkpoint_ns = now_ns;
	if (!segment_checkpoint(&b->blocks, &b->tail))
		return make_room(r);
	publish(r);
	return true;
}

/* --- the loop --- */

static int read_ring(struct record *r, struct frame_batch *batch, struct err *e)
{
	struct err failure = {""};
	int n = ring_read(r->ring, READ_WAIT_MS, batch, &failure);

	if (n == -ENETDOWN) {
		usleep(READ_WAIT_MS * 1000);
		n = 0;
	}
	if (n < 0)
		*e = failure;
	return n;
}

static int sealer_failure(struct record *r, struct err *e)
{
	pthread_mutex_lock(&r->lock);
	int failed = r->failed;
	if (failed < 0)
		*e = r->failure;
	pthread_mutex_unlock(&r->lock);
	return failed;
}

static int listen_until(
	struct record *r, const volatile sig_atomic_t *stop, struct frame_batch *batch, struct err *e)
{
	int64_t stopped_ns = 0;

	for (;;) {
		int n = read_ring(r, batch, e);
		if (n < 0)
			return n;
		if (!take_batch(r, batch) || !tick(r))
			return sealer_failure(r, e);
		/* the signal itself ends a wait early: nothing is known of the ring before the next one */
		if (!*stop || stopped_ns == 0) {
			stopped_ns = *stop ? clock_ns(CLOCK_MONOTONIC) : 0;
			continue;
		}
		if (n == 0 || clock_ns(CLOCK_MONOTONIC) > stopped_ns + DRAIN_MS * second_ns / SECOND_MS)
			return 0;
	}
}

static void end_sealer(struct record *r, pthread_t sealer)
{
	pthread_mutex_lock(&r->lock);
	r->quit = true;
	pthread_cond_broadcast(&r->moved);
	pthread_mutex_unlock(&r->lock);
	pthread_join(sealer, NULL);
}

int record_run(struct record *r, const volatile sig_atomic_t *stop, struct err *e)
{
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	pthread_t sealer;

	if (!batch || pthread_create(&sealer, NULL, record_seal, r) != 0)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = listen_until(r, stop, batch, e);
	if (r->filling)
		end_segment(r, rc == 0);
	end_sealer(r, sealer);
	int failed = sealer_failure(r, e);
	return rc < 0 ? rc : failed;
}

/* --- birth and death --- */

/* A boot that cannot be named is told by its clocks alone. */
static void read_boot_id(struct record *r)
{
	AUTO(close) int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, r->boot_id, SEGMENT_BOOT) != SEGMENT_BOOT)
		memset(r->boot_id, 0, sizeof(r->boot_id));
}

int record_new(const struct record_options *options, struct ring *ring, struct spool *spool,
	struct record **ret, struct err *e)
{
	AUTO(record_free) struct record *r = calloc(1, sizeof(*r));

	if (!r)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	r->options = *options;
	r->ring = ring;
	r->spool = spool;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->moved, NULL);
	if (getrandom(r->epoch, sizeof(r->epoch), 0) != (ssize_t)sizeof(r->epoch))
		return err_set(e, errno, TR("no random numbers: %m", "乱数が得られません: %m"));
	read_boot_id(r);
	int rc = make_buffers(r, e);
	if (rc < 0)
		return rc;
	read_counters(r);
	r->ended = clock_read();
	memcpy(r->ended_counters, r->counters, sizeof(r->counters));
	r->started_s = r->ended.real_ns / second_ns;
	begin_segment(r);
	*ret = TAKE(r);
	return 0;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < BUFFERS; i++)
		free(r->buffers[i].blocks.data);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->moved);
	free(r);
}
