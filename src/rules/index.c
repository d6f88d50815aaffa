#include "rules/index.h"

#include "base/text.h"
#include "rules/bins.h"
#include "rules/eval.h"
#include "rules/grams.h"
#include "rules/regex.h"
#include "rules/sources.h"

#include <string.h>

/* Literals of one width that begin at one place of their buffer. */
struct anchor {
	size_t at;
	struct grams grams;
};

/* Rules that look for a literal in the same buffer, made by the same transforms. */
struct group {
	const struct list *like; /* a list of one of them */
	struct anchor *anchors;
	size_t anchor_count;
	struct grams wide, narrow; /* literals that may be anywhere */
};

enum { GROUPS_MAX = 256, ANCHORS_MAX = 64 };

/* Literals are looked for only among rules that the packet's protocol and conversation allow. */
enum lane { LANE_TCP_NEW, LANE_TCP_ESTABLISHED, LANE_UDP, LANE_REST, LANE_COUNT };

struct groups {
	struct group *groups;
	size_t count;
};

/* A rule stands in exactly one of these, or in several lanes. */
struct index {
	struct groups lanes[LANE_COUNT];
	struct bins headers, bytes; /* the others: that need no payload, and that need one */
	struct sources sources;	       /* lists of source addresses that need no payload */
};

/* ---- which literal of a rule ---- */

struct literal {
	const struct content *content; /* NULL: the rule has none that is worth it */
	const struct list *list;
	int64_t at; /* where it begins; -1: that is open */
};

static bool is_literal(const struct list *list, const struct item *item)
{
	enum buffer_home home = buffer_kinds[list->buffer].home;

	return item->kind == ITEM_CONTENT && !item->not && home != HOME_HEADER && list->items[0].kind != ITEM_ABSENT;
}

/* A number that no other item makes. */
static bool is_constant(const struct amount *a)
{
	return !a->set || a->var == VAR_NONE;
}

/* startswith, or a depth that leaves room for one place. */
static int64_t place_of(const struct item *item)
{
	const struct content *c = item->content;
	int64_t offset = c->offset.set ? c->offset.value : 0;

	if (item->relative || c->ends || !is_constant(&c->offset) || !is_constant(&c->depth) || offset < 0)
		return -1;
	if (c->depth.set)
		return c->depth.value == c->len && !c->starts ? offset : -1;
	return c->starts && !c->offset.set ? 0 : -1;
}

/* A longer one tells more; one in a protocol's buffer costs fewer looks than one in all payloads, and one at a known place
 * costs one look. */
static unsigned worth(const struct literal *l)
{
	unsigned len = l->content->len < 12 ? l->content->len : 12;
	unsigned fixed = l->at < 0 ? 0 : len < GRAM_WIDE ? 10 : 30;

	return len < GRAM_SHORT ? 0 : len * 2 + fixed + (l->list->buffer == BUFFER_payload ? 0 : 5);
}

static struct literal literal_of(const struct rule *r)
{
	struct literal best = {0};
	unsigned most = 0;

	for (size_t i = 0; i < r->list_count; i++)
		for (size_t j = 0; j < r->lists[i].item_count; j++) {
			const struct item *item = &r->lists[i].items[j];
			if (!is_literal(&r->lists[i], item))
				continue;
			struct literal l = {item->content, &r->lists[i], place_of(item)};
			if (worth(&l) <= most)
				continue;
			most = worth(&l);
			best = l;
		}
	return best;
}

/* Fails where there are no bytes. */
static bool item_needs_bytes(const struct item *item)
{
	switch (item->kind) {
	case ITEM_CONTENT:
		return !item->not;
	case ITEM_REGEX:
		return !item->not && regex_needs_bytes(item->regex);
	case ITEM_DATA_AT:
		return !item->not && !item->relative;
	case ITEM_BYTE_TEST: /* ! turns round what is read: there must be something */
	case ITEM_BYTE_JUMP:
	case ITEM_BYTE_EXTRACT:
	case ITEM_BYTE_MATH:
		return item->field->bytes.var == VAR_NONE && item->field->bytes.value > 0;
	default:
		return false;
	}
}

/* Matches no packet without payload. */
static bool needs_bytes(const struct rule *r)
{
	for (size_t i = 0; i < r->list_count; i++) {
		const struct list *list = &r->lists[i];
		if (buffer_is_app(list->buffer))
			return true;
		for (size_t j = 0; j < list->item_count && list->buffer == BUFFER_payload; j++)
			if (list->transform_count == 0 && item_needs_bytes(&list->items[j]))
				return true;
	}
	return r->info.type == RULE_TX;
}

/* ---- lanes ---- */

static bool is_of_lane(const struct rule *r, enum lane lane)
{
	switch (lane) {
	case LANE_TCP_NEW:
		return r->transports & TRANSPORT_TCP && !(r->flow & FLOW_ESTABLISHED);
	case LANE_TCP_ESTABLISHED:
		return r->transports & TRANSPORT_TCP && !(r->flow & FLOW_NOT_ESTABLISHED);
	case LANE_UDP:
		return r->transports & TRANSPORT_UDP;
	default:
		return r->transports & ~(unsigned)(TRANSPORT_TCP | TRANSPORT_UDP);
	}
}

static enum lane lane_of(const struct rules_unit *unit)
{
	switch (unit->packet->protocol) {
	case PROTOCOL_TCP:
		return unit->established ? LANE_TCP_ESTABLISHED : LANE_TCP_NEW;
	case PROTOCOL_UDP:
		return LANE_UDP;
	default:
		return LANE_REST;
	}
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
static struct group *group_of(struct groups *all, struct rules_pool *pool, const struct list *list)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_same_buffer(all->groups[i].like, list))
			return &all->groups[i];
	if (all->count == GROUPS_MAX)
		return NULL;
	struct group *g = pool_add(pool, &all->groups, &all->count);
	if (g)
		*g = (struct group){.like = list, .wide = {.width = GRAM_WIDE}, .narrow = {.width = GRAM_SHORT}};
	return g;
}

static struct grams *anchor_of(struct group *g, struct rules_pool *pool, size_t at, unsigned width)
{
	for (size_t i = 0; i < g->anchor_count; i++)
		if (g->anchors[i].at == at && g->anchors[i].grams.width == width)
			return &g->anchors[i].grams;
	if (g->anchor_count == ANCHORS_MAX)
		return NULL;
	struct anchor *anchor = pool_add(pool, &g->anchors, &g->anchor_count);
	if (!anchor)
		return NULL;
	*anchor = (struct anchor){.at = at, .grams = {.width = width}};
	return &anchor->grams;
}

struct counts {
	struct gram_counts *grams;
	struct port_counts *ports;
};

static bool group_add(struct group *g, struct rules_pool *pool, const struct counts *c, const struct literal *l, uint32_t place)
{
	unsigned width = gram_width(l->content);
	struct grams *fixed = l->at < 0 ? NULL : anchor_of(g, pool, (size_t)l->at, width);

	if (fixed)
		return grams_add(fixed, pool, NULL, l->content, place);
	return grams_add(width == GRAM_SHORT ? &g->narrow : &g->wide, pool, c->grams, l->content, place);
}

/* A rule's literal, in each lane that the rule is of. False: not in all of them. */
static bool literal_add(
	struct index *x, struct rules_pool *pool, const struct counts *c, const struct rule *r, const struct literal *l, uint32_t place)
{
	if (!l->content)
		return false;
	for (int i = 0; i < LANE_COUNT; i++) {
		if (!is_of_lane(r, (enum lane)i))
			continue;
		struct group *g = group_of(&x->lanes[i], pool, l->list);
		if (!g || !group_add(g, pool, c, l, place))
			return false;
	}
	return true;
}

/* A few ports say more than a literal that is nearly everywhere, and cost less where they have few rules. */
static bool is_by_port(const struct rule *r, const struct literal *l, const struct port_counts *c)
{
	bool is_common = l->content && l->at < 0 && l->content->len < GRAM_WIDE;

	return bins_by_rare_port(r, c) || (is_common && bins_by_port(r));
}

static bool rule_add(struct index *x, struct rules_pool *pool, const struct counts *c, const struct rule *r, uint32_t place)
{
	const struct literal literal = literal_of(r);

	if (!is_by_port(r, &literal, c->ports) && literal_add(x, pool, c, r, &literal, place))
		return true;
	if (pool_failed(pool))
		return false;
	if (needs_bytes(r))
		return bins_add(&x->bytes, pool, r, place);
	if (sources_add(&x->sources, pool, r, place))
		return true;
	return !pool_failed(pool) && bins_add(&x->headers, pool, r, place);
}

static void count(struct counts *c, const struct rule *r)
{
	const struct literal literal = literal_of(r);

	if (literal.content)
		gram_counts_add(c->grams, literal.content);
	if (needs_bytes(r))
		port_counts_add(c->ports, r);
}

static bool rules_add(struct index *x, const struct rules *r)
{
	struct counts c = {gram_counts_new(), port_counts_new()};
	bool good = c.grams && c.ports;

	for (size_t i = 0; good && i < r->count; i++)
		count(&c, &r->rules[i]);
	for (size_t i = 0; good && i < r->count; i++)
		good = rule_add(x, r->pool, &c, &r->rules[i], (uint32_t)i);
	gram_counts_free(c.grams);
	port_counts_free(c.ports);
	return good;
}

static bool group_build(struct group *g, struct rules_pool *pool)
{
	bool good = grams_build(&g->wide, pool) && grams_build(&g->narrow, pool);

	for (size_t i = 0; good && i < g->anchor_count; i++)
		good = grams_build(&g->anchors[i].grams, pool);
	return good;
}

static bool lane_build(struct groups *all, struct rules_pool *pool)
{
	bool good = true;

	for (size_t i = 0; good && i < all->count; i++)
		good = group_build(&all->groups[i], pool);
	return good;
}

int index_new(const struct rules *r, struct index **ret, struct err *e)
{
	struct index *x = pool_alloc(r->pool, sizeof(*x));
	bool good = x && rules_add(x, r);

	for (size_t i = 0; good && i < LANE_COUNT; i++)
		good = lane_build(&x->lanes[i], r->pool);
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
	for (size_t i = 0; i < g->anchor_count; i++)
		grams_find_at(&g->anchors[i].grams, in, g->anchors[i].at, mark, look->s);
	grams_find(&g->wide, in, mark, look->s);
	grams_find(&g->narrow, in, mark, look->s);
}

static void groups_scan(const struct groups *all, struct look *look)
{
	struct bytes in;

	for (size_t i = 0; i < all->count; i++) {
		const struct group *g = &all->groups[i];
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

static void mark_all(struct rules_scratch *s, const struct rule_list lists[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < lists[i].count; j++)
			mark(s, lists[i].rules[j]);
}

void index_find(const struct index *x, struct look *look)
{
	const struct rules_unit *unit = look->unit;
	struct rules_scratch *s = look->s;
	struct rule_list lists[BINS_LISTS];

	s->candidate_count = 0;
	mark_all(s, lists, sources_find(&x->sources, &unit->packet->src, lists));
	mark_all(s, lists, bins_find(&x->headers, unit, lists));
	if (unit->data.len > 0 || unit->tx.len > 0) {
		mark_all(s, lists, bins_find(&x->bytes, unit, lists));
		groups_scan(&x->lanes[lane_of(unit)], look);
	}
	sort(s);
}
