/* From what was counted to the answer that `top` of a store would give. */
#include "analysis/tally_parts.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "analysis/candidate.h"
#include "analysis/rank.h"
#include "analysis/top_make.h"

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static char *syn_text(const struct labels *l, uint64_t key)
{
	struct buf text = {0};

	if (key)
		buf_printf(&text, "%u_%s", (unsigned)(key >> 16), labels_get(l, LABEL_tcp_opts, (uint16_t)key));
	if (text.data && !text.failed)
		return text.data;
	buf_done(&text);
	return key ? NULL : strdup("");
}

/* NULL without memory. */
static char *text_of_key(const struct tally *t, const struct tally_key *key, const struct plant *plant)
{
	uint16_t number = (uint16_t)key->a;

	switch (key->dimension) {
	case DIMENSION_sensor:
		return strdup(plant->sensors[key->a].name);
	case DIMENSION_tag:
		return strdup(number ? tags_name_text(t->labels->tags, number) : "");
	case DIMENSION_group:
		return strdup(labels_get(t->labels, LABEL_group, number));
	default:
		return syn_text(t->labels, key->a);
	}
}

static int value_of_key(const struct tally *t, const struct tally_key *key, const struct plant *plant,
	struct value *ret)
{
	struct addr a;

	memcpy(a.b, &key->a, 8);
	memcpy(a.b + 8, &key->b, 8);
	switch (key->dimension) {
	case DIMENSION_source:
		*ret = (struct value){.prefix = {a, 128}};
		return 0;
	case DIMENSION_network:
		*ret = (struct value){.prefix = addr_network(&a)};
		return 0;
	case DIMENSION_payload:
		memcpy(ret->payload.b, a.b, sizeof(ret->payload.b));
		return 0;
	case DIMENSION_sensor:
	case DIMENSION_tag:
	case DIMENSION_group:
	case DIMENSION_tcp_opts:
		*ret = (struct value){.text = text_of_key(t, key, plant)};
		return ret->text ? 0 : -ENOMEM;
	default:
		*ret = (struct value){.number = key->a};
		return 0;
	}
}

static uint64_t sources_of(const struct tally *t, const struct tally_entry *entry)
{
	if (entry->key.dimension == DIMENSION_source)
		return 1;
	if (entry->sketch == TALLY_NONE)
		return entry->sources;
	uint64_t estimate = (uint64_t)llround(tally_sketches_estimate(&t->sketches, entry->sketch));
	return estimate < entry->packets ? estimate : entry->packets;
}

static int make_counts(const struct tally *t, enum dimension d, const struct plant *plant,
	struct counts *ret, struct err *e)
{
	*ret = (struct counts){.dimension = d};
	for (size_t i = 0; i < t->keys.used; i++)
		ret->count += t->keys.entries[i].packets && t->keys.entries[i].key.dimension == d;
	ret->rows = calloc(ret->count + 1, sizeof(*ret->rows));
	if (!ret->rows)
		return no_memory(e);
	struct counted *row = ret->rows;
	for (size_t i = 0; i < t->keys.used; i++) {
		const struct tally_entry *entry = &t->keys.entries[i];

		if (!entry->packets || entry->key.dimension != d)
			continue;
		if (value_of_key(t, &entry->key, plant, &row->key) < 0)
			return no_memory(e);
		row->packets = entry->packets;
		row->sources = sources_of(t, entry);
		row++;
	}
	return 0;
}

static int fill(const struct tally *t, enum dimension d, const struct captured *by, struct top *top,
	struct err *e)
{
	AUTO(observed_done) struct observed o = {0};
	AUTO(counts_done) struct counts c = {0};
	const struct tally_entry *all = &t->keys.entries[TALLY_ALL];
	struct counted total = {.packets = all->packets, .sources = sources_of(t, all)};
	int r = observed_of(by, t->where, &o, e);

	if (r == 0)
		r = make_counts(t, d, by->plant, &c, e);
	if (r < 0)
		return r;
	top->exposure = observed_ip_days(
		&o, top->question.period.from_s, top->question.period.to_s, -1);
	top->total = measure_of(&total, top->exposure, 0);
	top->approximate = (struct approximate){
		.sketched = t->sketches.count > 0 || t->guessed,
		.packets = t->beyond[d] > 0,
		.beyond = t->beyond[d],
		.beyond_each = t->beyond[d] ? t->beyond_each : 0,
		.candidates = expr_asks_candidates(t->where),
	};
	return top_fill(top, by->plant, &o, &c, e);
}

int tally_top(struct tally *t, size_t at, const struct captured *by, const struct period *period,
	size_t limit, struct top **ret, struct err *e)
{
	AUTO(top_free) struct top *top = calloc(1, sizeof(*top));

	if (!top)
		return no_memory(e);
	tally_settle(t);
	tally_pairs_done(&t->pairs);
	top->question = (struct question){
		.dimension = t->dimensions[at], .period = *period, .limit = limit};
	int r = fill(t, t->dimensions[at], by, top, e);
	if (r < 0)
		return r;
	*ret = TAKE(top);
	return 0;
}
