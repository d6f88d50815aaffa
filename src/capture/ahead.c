#include "capture/ahead.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

/* A quarter of a MiB is about 3,000 packets, so that taking turns costs nothing; all together fit
 * into the cache. */
enum { SLOTS = 4, SLOT_BYTES = 256 * 1024 };

struct slot {
	size_t len;
	uint8_t data[SLOT_BYTES];
};

struct ahead {
	struct source *source;
	pthread_t thread;
	pthread_mutex_t lock; /* of the five below; a filled slot is the consumer's, the others are
				 the thread's */
	pthread_cond_t changed;
	size_t filled;
	bool ended;    /* the thread gives no more: `end` and `trouble` say why */
	bool stopping; /* the consumer takes no more */
	ssize_t end;
	struct err trouble;
	size_t write_at; /* the slot that the thread fills next */
	size_t read_at;	 /* the slot that the consumer reads, from byte `at` on */
	size_t at;
	struct slot slots[SLOTS];
};

static bool wait_for_room(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	while (a->filled == SLOTS && !a->stopping)
		pthread_cond_wait(&a->changed, &a->lock);
	bool go_on = !a->stopping;
	pthread_mutex_unlock(&a->lock);
	return go_on;
}

static void publish(struct ahead *a, ssize_t n, const struct err *e)
{
	pthread_mutex_lock(&a->lock);
	if (n > 0) {
		a->filled++;
	} else {
		a->ended = true;
		a->end = n;
		a->trouble = *e;
	}
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

static void *run(void *argument)
{
	struct ahead *a = argument;
	struct err e = {""};
	ssize_t n = 1;

	while (n > 0 && wait_for_room(a)) {
		struct slot *slot = &a->slots[a->write_at];

		n = source_read(a->source, slot->data, sizeof(slot->data), &e);
		slot->len = n > 0 ? (size_t)n : 0;
		a->write_at = (a->write_at + 1) % SLOTS;
		publish(a, n, &e);
	}
	return NULL;
}

static int start_thread(struct ahead *a)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&a->thread, NULL, run, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

static void release(struct ahead *a)
{
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

int ahead_start(struct source *source, struct ahead **ret)
{
	struct ahead *a = malloc(sizeof(*a));

	if (!a)
		return -ENOMEM;
	memset(a, 0, offsetof(struct ahead, slots));
	a->source = source;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	int r = source_make_stoppable(source);
	if (r == 0)
		r = start_thread(a);
	if (r < 0) {
		release(a);
		return r;
	}
	*ret = a;
	return 0;
}

/* Is there something in the slot that is read? When not, the end has come. */
static bool wait_for_data(struct ahead *a)
{
	if (a->at > 0)
		return true;
	pthread_mutex_lock(&a->lock);
	while (a->filled == 0 && !a->ended)
		pthread_cond_wait(&a->changed, &a->lock);
	bool there = a->filled > 0;
	pthread_mutex_unlock(&a->lock);
	return there;
}

static void give_back(struct ahead *a)
{
	a->at = 0;
	a->read_at = (a->read_at + 1) % SLOTS;
	pthread_mutex_lock(&a->lock);
	a->filled--;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

ssize_t ahead_read(struct ahead *a, void *data, size_t size, struct err *e)
{
	if (!wait_for_data(a))
		return a->end < 0 ? err_set(e, (int)-a->end, "%s", a->trouble.text) : 0;
	const struct slot *slot = &a->slots[a->read_at];
	size_t n = slot->len - a->at;

	if (n > size)
		n = size;
	memcpy(data, slot->data + a->at, n);
	a->at += n;
	if (a->at == slot->len)
		give_back(a);
	return (ssize_t)n;
}

void ahead_stop(struct ahead *a)
{
	if (!a)
		return;
	source_stop(a->source);
	pthread_mutex_lock(&a->lock);
	a->stopping = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	release(a);
}
