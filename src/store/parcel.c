#include "store/parcel.h"

#include <signal.h>
#include <string.h>

/* One block of ours must be one block of the engine, cut the same way each time: no splitting, no squashing, one thread.
 * It is sorted and added up already where that matters. */
static const char insert_settings[] =
	"&async_insert=0&insert_deduplicate=1&max_partitions_per_insert_block=0"
	"&max_insert_block_size=2000000&max_block_size=2000000&preferred_block_size_bytes=0"
	"&min_insert_block_size_rows=0&min_insert_block_size_bytes=0"
	"&max_threads=1&max_insert_threads=1&optimize_on_insert=0"
	"&insert_deduplication_token=";

_Static_assert(sizeof(insert_settings) + 128 <= sizeof(((struct parcel *)0)->settings), "settings and token fit");

static int carry(struct parcel *p)
{
	struct err unused = {0};
	AUTO(buf_done) struct buf answer = {0};

	return http_post(p->lane, &p->request, &answer, &unused);
}

static void *run(void *context)
{
	struct parcel *p = context;

	p->result = carry(p);
	return NULL;
}

/* Signals are for the thread that started us. */
static bool start_thread(struct parcel *p)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(&p->thread, NULL, run, p) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

void parcel_send(struct parcel *p, struct store *s, size_t lane, const char *table, const char *token)
{
	struct err unused = {0};

	snprintf(p->sql, sizeof(p->sql), "INSERT INTO %s FORMAT Native", table);
	/* whatever the user's profile says */
	const char *deduplicate = s->has_deduplicate_insert ? "&deduplicate_insert=enable" : "";
	snprintf(p->settings, sizeof(p->settings), "%s%s%s", insert_settings, token, deduplicate);
	p->request = (struct request){.sql = p->sql,
		.settings = p->settings,
		.body = p->native.pieces,
		.body_count = p->native.count};
	p->lane = &s->lanes[lane];
	p->sent = true;
	p->result = p->lane->curl ? 0 : http_copy(p->lane, &s->http, &unused);
	if (p->result < 0)
		return; /* parcel_wait() sends it */
	p->in_thread = start_thread(p);
	if (!p->in_thread)
		p->result = carry(p);
}

void parcel_stop(struct parcel *p)
{
	if (p->in_thread)
		pthread_join(p->thread, NULL);
	p->sent = p->in_thread = false;
}

int parcel_wait(struct parcel *p, struct store *s, struct err *e)
{
	AUTO(buf_done) struct buf answer = {0};

	if (!p->sent)
		return 0;
	parcel_stop(p);
	if (p->result >= 0)
		return 0;
	http_done(p->lane); /* the engine may be at another port from now on */
	return store_request(s, &p->request, &answer, e);
}

void parcel_done(struct parcel *p)
{
	if (!p)
		return;
	native_done(&p->native);
}
