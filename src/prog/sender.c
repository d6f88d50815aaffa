#include "prog/sender.h"

#include "base/text.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

struct sender {
	struct store *store;
	struct block *block; /* on its way, or spare */
	struct segment begun;
	uint64_t index;
	const struct plant *plant;
	pthread_t thread;
	bool under_way;
	int result;
	struct err failure;
};

int sender_new(struct store *s, struct flow_limits limits, struct sender **ret, struct err *e)
{
	AUTO(sender_free) struct sender *sender = calloc(1, sizeof(*sender));

	if (sender) {
		sender->store = s;
		sender->block = flow_spare_new(limits);
	}
	if (!sender || !sender->block)
		return err_set(e, ENOMEM,
			TR("out of memory: lower import.block_rows",
				"メモリーが足りません。import.block_rows を下げてください"));
	*ret = TAKE(sender);
	return 0;
}

void sender_free(struct sender *sender)
{
	struct err unused = {0};

	if (!sender)
		return;
	if (sender_wait(sender, &unused) < 0)
		unused.text[0] = '\0'; /* nobody asks any more */
	store_insert_end(sender->store);
	flow_spare_free(sender->block);
	free(sender);
}

/* The ledger learns of a block's time before the block goes, so that no answer holds rows of a segment that is not
 * marked. */
static void *run(void *context)
{
	struct sender *s = context;

	s->result = store_segment_begin(s->store, &s->begun, &s->failure);
	if (s->result == 0)
		s->result = store_insert_block(
			s->store, &s->begun, s->index, s->block, s->plant, &s->failure);
	return NULL;
}

/* Signals are for the thread that started us. Without a thread it is done here and now. */
static void start(struct sender *s)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s->under_way = pthread_create(&s->thread, NULL, run, s) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!s->under_way)
		run(s);
}

int sender_send(struct sender *s, struct flow *flow, const struct segment *begun, uint64_t index,
	const struct plant *plant, struct err *e)
{
	int rc = sender_wait(s, e);

	if (rc < 0)
		return rc;
	flow_take(flow, s->block);
	s->begun = *begun;
	s->index = index;
	s->plant = plant;
	s->failure = (struct err){0};
	start(s);
	return 0;
}

int sender_wait(struct sender *s, struct err *e)
{
	int rc;

	if (s->under_way)
		pthread_join(s->thread, NULL);
	s->under_way = false;
	rc = s->result;
	s->result = 0;
	if (rc < 0)
		*e = s->failure;
	return rc;
}
