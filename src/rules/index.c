#include "rules/index.h"

#include "base/text.h"
#include "rules/bins.h"
#include "rules/eval.h"
#include "rules/grams.h"
#include "rules/sources.h"

#include <string.h>

/* Rules that look for a literal in the same buffer, made by the same transforms. */
struct group {
	const struct list *like; /* a list of one of them */
	struct grams wide, narrow;
};

enum { GROUPS_MAX = 256 };

/* A rule stands in exactly one of these. */
struct index {
	struct group *groups;
	size_t group_count;
	struct bins headers, bytes; /* the others: that need no payload, and that need one */
	struct sources sources;	       /* lists of source addresses that need no payload */
};

/* ---- which literal of a rule ---- */

static bool is_literal(const struct list *list, const struct item *item)
{
	enum buffer_home home = buffer_kinds[list->buffer].home;

	return item->kind == ITEM_CONTENT && !item->not && home != HOME_HEADER && list->items[0].kind != ITEM_ABSENT;
}

/* A longer one tells more; one in a protocol's buffer costs fewer looks than one in all payloads. */
static unsigned worth(const struct list *list, const struct content *c)
{
	unsigned len = c->len < 12 ? c->len : 12;

	return c->len < GRAM_SHORT ? 0 : len * 2 + (list->buffer == BUFFER_payload ? 0 : 5);
}

/* NULL: the rule has no literal that is worth it. */
static const struct content *literal_of(const struct rule *r, const struct list **ret_list)
{
	const struct content *best = NULL;
	unsigned most = 0;

	for (size_t i = 0; i < r->list_count; i++)
		for (size_t j = 0; j < r->lists[i].item_count; j++) {
			const struct list *list = &r->lists[i];
			const struct item *item = &list->items[j];
			if (!is_literal(list, item) || worth(list, item->content) <= most)
				continue;
			most = worth(list, item->content);
			best = item->content;
			*ret_list = list;
		}
	return best;
}

/* Matches no packet without payload. */
static bool needs_bytes(const struct rule *r)
{
	for (size_t i = 0; i < r->list_count; i++) {
		const struct list *list = &r->lists[i];
		if (buffer_is_app(list->buffer))
			return true;
		for (size_t j = 0; j < list->item_count && list->buffer == BUFFER_payload; j++)
			if (list->items[j].kind == ITEM_CONTENT && !list->items[j].not && list->transform_count == 0)
				return true;
	}
	return r->info.type == RULE_TX;
}

/* ---- building ---- */

static bool is_same_buffer(const struct list *a, const struct list *b)
{
	if (a->buffer != b->buffer || a->transform_count != b->transform_count)
		return false;
	for (size_t i = 0; i < a->transform_count; i++)
		if (memcmp(&a->transforms[i], &b->transforms[i], sizeof(a->transforms[i])) != 0)
			return false;
	return true;
}

/* The group of a list; NULL: there are too many, or no memory (pool_failed()). */
static struct group *group_of(struct index *x, struct rules_pool *pool, const struct list *list)
{
	for (size_t i = 0; i < x->group_count; i++)
		if (is_same_buffer(x->groups[i].like, list))
			return &x->groups[i];
	if (x->group_count == GROUPS_MAX)
		return NULL;
	struct group *g = pool_add(pool, &x->groups, &x->group_count);
	if (g)
		*g = (struct group){.like = list, .wide = {.width = GRAM_WIDE}, .narrow = {.width = GRAM_SHORT}};
	return g;
}

static bool rule_add(struct index *x, struct rules_pool *pool, const struct gram_counts *c, const struct rule *r, uint32_t place)
{
	const struct list *list = NULL;
	const struct content *literal = literal_of(r, &list);
	bool is_short = literal && literal->len < GRAM_WIDE;
	/* A short literal is nearly everywhere: a few ports say more. */
	struct group *g = literal && !(is_short && bins_by_port(r)) ? group_of(x, pool, list) : NULL;

	if (g)
		return grams_add(is_short ? &g->narrow : &g->wide, pool, c, literal, place);
	if (needs_bytes(r))
		return bins_add(&x->bytes, pool, r, place);
	if (sources_add(&x->sources, pool, r, place))
		return true;
	return !pool_failed(pool) && bins_add(&x->headers, pool, r, place);
}

static bool rules_add(struct index *x, const struct rules *r)
{
	struct gram_counts *c = gram_counts_new();
	const struct list *list;
	bool good = c != NULL;

	for (size_t i = 0; good && i < r->count; i++) {
		const struct content *literal = literal_of(&r->rules[i], &list);
		if (literal)
			gram_counts_add(c, literal);
	}
	for (size_t i = 0; good && i < r->count; i++)
		good = rule_add(x, r->pool, c, &r->rules[i], (uint32_t)i);
	gram_counts_free(c);
	return good;
}

int index_new(const struct rules *r, struct index **ret, struct err *e)
{
	struct index *x = pool_alloc(r->pool, sizeof(*x));
	bool good = x && rules_add(x, r);

	for (size_t i = 0; good && i < x->group_count; i++)
		good = grams_build(&x->groups[i].wide, r->pool) && grams_build(&x->groups[i].narrow, r->pool);
	if (!good || !bins_build(&x->headers, r->pool) || !bins_build(&x->bytes, r->pool) ||
		!sources_build(&x->sources, r->pool))
		return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	*ret = x;
	return 0;
}

/* ---- finding ---- */

static void mark(void *context, uint32_t rule)
{
	struct rules_scratch *s = context;
	uint64_t bit = UINT64_C(1) << rule % 64;

	if (s->marked[rule / 64] & bit)
		return;
	s->marked[rule / 64] |= bit;
	__builtin_prefetch(&s->quick[rule]);
	s->candidates[s->candidate_count++] = rule;
}

static void group_scan(const struct group *g, struct look *look, struct bytes in)
{
	look->s->transformed.used = 0;
	if (g->like->transform_count > 0 && !transforms_apply(g->like, look, in, &in))
		return;
	grams_find(&g->wide, in, mark, look->s);
	grams_find(&g->narrow, in, mark, look->s);
}

static void groups_scan(const struct index *x, struct look *look)
{
	struct bytes in;

	for (size_t i = 0; i < x->group_count; i++) {
		const struct group *g = &x->groups[i];
		if (buffer_is_app(g->like->buffer) && !(look->app && look->app->valid))
			continue;
		for (size_t instance = 0; buffer_get(g->like, look, instance, &in); instance++)
			group_scan(g, look, in);
	}
}

/* By insertion: they are few, and nearly in order. */
static void sort(struct rules_scratch *s)
{
	for (size_t i = 0; i < s->candidate_count; i++) {
		uint32_t rule = s->candidates[i];
		size_t to = i;
		s->marked[rule / 64] = 0;
		for (; to > 0 && s->candidates[to - 1] > rule; to--)
			s->candidates[to] = s->candidates[to - 1];
		s->candidates[to] = rule;
	}
}

void index_find(const struct index *x, struct look *look)
{
	const struct rules_unit *unit = look->unit;
	struct rules_scratch *s = look->s;
	const uint32_t *listed;
	size_t count = sources_find(&x->sources, &unit->packet->src, &listed);

	s->candidate_count = 0;
	for (size_t i = 0; i < count; i++)
		mark(s, listed[i]);
	bins_find(&x->headers, unit->packet, mark, s);
	if (unit->data.len > 0 || unit->tx.len > 0) {
		bins_find(&x->bytes, unit->packet, mark, s);
		groups_scan(x, look);
	}
	sort(s);
}
