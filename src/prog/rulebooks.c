#include "prog/rulebooks.h"

#include "base/text.h"
#include "prog/ruleset.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* One that is in use, or the newest. */
struct held {
	struct rulebook *book;
	size_t users;
	struct held *next;
};

struct rulebooks {
	pthread_mutex_t lock;
	struct held *list; /* the newest first */
	char seen[DIGEST_TEXT]; /* the mark in the store that was acted upon */
};

static struct held *held_new(struct rulebook *book)
{
	struct held *held = calloc(1, sizeof(*held));

	if (held)
		held->book = book;
	return held;
}

int rulebooks_new(struct prog *p, struct rulebooks **ret, struct err *e)
{
	AUTO(rulebooks_free) struct rulebooks *r = calloc(1, sizeof(*r));

	if (!r)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	pthread_mutex_init(&r->lock, NULL);
	r->list = held_new(p->rulebook);
	if (!r->list)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	p->rulebook = NULL;
	int rc = store_reload_mark(p->store, r->seen, e);
	if (rc == 0)
		rc = ruleset_note(p->store, r->list->book, p->now_s, e);
	if (rc == 0)
		*ret = TAKE(r);
	return rc;
}

void rulebooks_free(struct rulebooks *r)
{
	if (!r)
		return;
	while (r->list) {
		struct held *held = r->list;

		r->list = held->next;
		rulebook_free(held->book);
		free(held);
	}
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* What nobody uses any more, behind the newest. */
static void drop_old(struct rulebooks *r)
{
	for (struct held **at = &r->list->next; *at;) {
		struct held *held = *at;

		if (held->users) {
			at = &held->next;
			continue;
		}
		*at = held->next;
		rulebook_free(held->book);
		free(held);
	}
}

static int load(struct rulebooks *r, const struct prog *p, struct err *e)
{
	AUTO(rulebook_free) struct rulebook *book = NULL;
	int rc = rulebook_load(p, &book, e);

	/* what was marked has been noted by whoever marked it, unless the files have changed since */
	if (rc == 0 && strcmp(rules_digest(book->rules), r->seen) != 0)
		rc = ruleset_note(p->store, book, p->now_s, e);
	if (rc < 0)
		return rc;
	struct held *held = held_new(book);
	if (!held)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	book = NULL;
	rulebook_tell(held->book);
	held->next = r->list;
	r->list = held;
	drop_old(r);
	return 0;
}

/* A mark that was set since is acted upon once. */
static int look(struct rulebooks *r, const struct prog *p, struct err *e)
{
	char mark[DIGEST_TEXT];
	struct err failure = {0};
	int rc = store_reload_mark(p->store, mark, e);

	if (rc < 0 || strcmp(mark, r->seen) == 0)
		return rc;
	memcpy(r->seen, mark, sizeof(mark));
	if (load(r, p, &failure) < 0)
		fprintf(stderr, TR("teiten: rules reload: %s; the signatures before stay\n",
					"teiten: rules reload: %s（これまでのシグネチャを使い続けます）\n"),
			failure.text);
	return 0;
}

int rulebooks_take(struct rulebooks *r, struct prog *p, struct err *e)
{
	pthread_mutex_lock(&r->lock);
	int rc = look(r, p, e);
	if (rc == 0) {
		r->list->users++;
		p->rulebook = r->list->book;
	}
	pthread_mutex_unlock(&r->lock);
	return rc;
}

void rulebooks_give(struct rulebooks *r, struct prog *p)
{
	pthread_mutex_lock(&r->lock);
	for (struct held *held = r->list; held && p->rulebook; held = held->next)
		held->users -= held->book == p->rulebook;
	p->rulebook = NULL;
	drop_old(r);
	pthread_mutex_unlock(&r->lock);
}
