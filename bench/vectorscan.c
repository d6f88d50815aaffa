/* Our own table of literals against Vectorscan (or Hyperscan): the same literals, the longest of each rule of a generated set, looked for in the same payloads.
 * Time and memory to build, nanoseconds per payload, hits; neither judges anything more.
 * bench_vectorscan [RULES [SEED]]: default 30,000 rules. Built where libhs is there (Debian: libvectorscan-dev). */
#include "base/base.h"
#include "base/number.h"
#include "rules/grams.h"
#include "rules/set.h"
#include "rules_text.h"

#include <hs/hs.h>
#include <malloc.h>
#include <string.h>
#include <time.h>

enum { PAYLOADS = 8192, ROUNDS = 12, RUNS = 5 };

/* The literals of a set. */
struct literals {
	struct content **list;
	uint32_t *rules; /* that they are of */
	size_t count;
	size_t left_out; /* too short for the wide table, or begin with NUL, which hs_compile_lit_multi() takes for empty */
};

/* CPU time. */
static double seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static double heap_mib(void)
{
	struct mallinfo2 heap = mallinfo2();

	return (double)(heap.uordblks + heap.hblkhd) / (1 << 20);
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_vectorscan: %s\n", what);
	exit(1);
}

static struct content *longest(const struct rule *r)
{
	struct content *best = NULL;

	for (size_t i = 0; i < r->list_count; i++)
		for (size_t j = 0; j < r->lists[i].item_count; j++) {
			const struct item *item = &r->lists[i].items[j];

			if (item->kind == ITEM_CONTENT && !item->not && (!best || item->content->len > best->len))
				best = item->content;
		}
	return best;
}

static struct literals literals_of(const struct rules *rules)
{
	struct literals l = {.list = calloc(rules->count + 1, sizeof(*l.list)), .rules = calloc(rules->count + 1, sizeof(*l.rules))};

	if (!l.list || !l.rules)
		fail("no memory");
	for (size_t i = 0; i < rules->count; i++) {
		struct content *c = longest(&rules->rules[i]);

		if (!c)
			continue;
		if (c->len < GRAM_WIDE || c->bytes[0] == 0) {
			l.left_out++;
			continue;
		}
		l.rules[l.count] = (uint32_t)i;
		l.list[l.count++] = c;
	}
	return l;
}

static void count_ours(void *context, uint32_t rule)
{
	++*(uint64_t *)context;
}

static int count_theirs(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	++*(uint64_t *)context;
	return 0;
}

static struct grams build_ours(const struct literals *l, struct rules_pool *pool)
{
	struct grams g = {.width = GRAM_WIDE};
	double before = heap_mib(), start = seconds();
	struct gram_counts *counts = gram_counts_new();
	bool good = counts;

	for (size_t i = 0; good && i < l->count; i++)
		gram_counts_add(counts, l->list[i]);
	for (size_t i = 0; good && i < l->count; i++)
		good = grams_add(&g, pool, counts, l->list[i], l->rules[i]);
	if (!good || !grams_build(&g, pool))
		fail("no memory");
	gram_counts_free(counts);
	printf("build, ours\t%.1f ms\t%.1f MiB\n", (seconds() - start) * 1e3, heap_mib() - before);
	return g;
}

static hs_database_t *build_theirs(const struct literals *l, hs_scratch_t **ret_scratch)
{
	AUTO(free) const char **texts = calloc(l->count, sizeof(*texts));
	AUTO(free) unsigned *flags = calloc(l->count, sizeof(*flags));
	AUTO(free) size_t *lens = calloc(l->count, sizeof(*lens));
	hs_database_t *database;
	hs_compile_error_t *error;
	size_t bytes = 0;

	if (!texts || !flags || !lens)
		fail("no memory");
	for (size_t i = 0; i < l->count; i++) {
		texts[i] = (const char *)l->list[i]->bytes;
		lens[i] = l->list[i]->len;
		flags[i] = HS_FLAG_SINGLEMATCH | (l->list[i]->nocase ? HS_FLAG_CASELESS : 0);
	}
	double start = seconds();
	if (hs_compile_lit_multi(texts, flags, l->rules, lens, (unsigned)l->count, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS)
		fail(error->message);
	if (hs_alloc_scratch(database, ret_scratch) != HS_SUCCESS || hs_database_size(database, &bytes) != HS_SUCCESS)
		fail("no scratch");
	printf("build, %s\t%.1f ms\t%.1f MiB\n", hs_version(), (seconds() - start) * 1e3, (double)bytes / (1 << 20));
	return database;
}

/* One pass over all payloads by one of the two. */
struct scanner {
	const char *name;
	const struct grams *grams; /* NULL: theirs */
	const hs_database_t *database;
	hs_scratch_t *scratch;
};

static void scan(const struct scanner *s, const struct made_payload *p, uint64_t *hits)
{
	if (s->grams)
		grams_find(s->grams, (struct bytes){p->bytes, p->len}, count_ours, hits);
	else
		hs_scan(s->database, (const char *)p->bytes, (unsigned)p->len, 0, s->scratch, count_theirs, hits);
}

static void measure(const struct scanner *s, const struct made_payload *payloads)
{
	double best = 1e9, bytes = 0;
	uint64_t hits = 0;

	for (size_t i = 0; i < PAYLOADS; i++)
		bytes += (double)payloads[i].len;
	for (int run = 0; run < RUNS; run++) {
		double start = seconds();

		hits = 0;
		for (int round = 0; round < ROUNDS; round++)
			for (size_t i = 0; i < PAYLOADS; i++)
				scan(s, &payloads[i], &hits);
		double ns = (seconds() - start) * 1e9 / (ROUNDS * (double)PAYLOADS);
		best = ns < best ? ns : best;
	}
	printf("scan, %s\t%.0f ns\t%.0f bytes\t%.2f hits\n", s->name, best, bytes / PAYLOADS, (double)hits / ROUNDS / PAYLOADS);
}

static struct rules *load(uint64_t count, uint64_t seed)
{
	AUTO(buf_done) struct buf text = {0};
	struct rules *rules = NULL;
	struct err e = {""};

	rules_text_make(seed, count, &text);
	const struct rules_file file = {.name = "made", .text = text.data, .len = text.len};
	const struct rules_source source = {.files = &file, .file_count = 1};
	if (rules_load(&source, &rules, NULL, &e) < 0)
		fail(e.text);
	return rules;
}

int main(int argc, char **argv)
{
	uint64_t count = 30000, seed = 1, state = 7;

	if ((argc > 1 && !number_u64(argv[1], 1, 1000000, &count)) || (argc > 2 && !number_u64(argv[2], 1, UINT64_MAX, &seed))) {
		fprintf(stderr, "usage: bench_vectorscan [RULES [SEED]]\n");
		return 2;
	}
	AUTO(rules_free) struct rules *rules = load(count, seed);
	AUTO(pool_free) struct rules_pool *pool = pool_new();
	AUTO(free) struct made_payload *payloads = calloc(PAYLOADS, sizeof(*payloads));
	struct literals literals = literals_of(rules);
	if (!pool || !payloads)
		fail("no memory");
	for (size_t i = 0; i < PAYLOADS; i++)
		rules_payload_make(&state, &payloads[i]);
	printf("literals\t%zu\t%zu left out\n", literals.count, literals.left_out);
	struct grams grams = build_ours(&literals, pool);
	hs_scratch_t *scratch = NULL;
	hs_database_t *database = build_theirs(&literals, &scratch);
	measure(&(struct scanner){.name = "ours", .grams = &grams}, payloads);
	measure(&(struct scanner){.name = "theirs", .database = database, .scratch = scratch}, payloads);
	hs_free_scratch(scratch);
	hs_free_database(database);
	free(literals.list);
	free(literals.rules);
	return 0;
}
