#include "flow/flow.h"

#include <assert.h>
#include <string.h>

#include "flow/payloads.h"
#include "flow/row.h"

enum {
	ROWS_MAX = 1 << 28,
	AHEAD = 16, /* accesses whose slot of the index is on its way from memory: 46 ns instead of
		       110 */
};

/* An access that waits for its slot. */
struct pending {
	struct row row;
	uint64_t hash;
};

/* The index is apart from the rows, so that a probe touches 8 bytes and rows are written once, one
 * after the other, in the form in which they are sent. */
struct flow {
	struct block block;
	size_t rows_max;
	uint64_t
		*index; /* open addressing: upper half of the hash, row number plus 1; 0 is empty */
	size_t index_mask;
	struct pending pending[AHEAD]; /* a ring; rows and pending together never exceed rows_max */
	size_t pending_first, pending_count;
	struct payloads payloads;
	struct row_day day;
	struct hash_key key;
};

/* --- memory -------------------------------------------------------------------------------- */

static bool alloc_rows(struct rows *rows, size_t max)
{
	bool done = true;

#define X(name, type, sql, codec) done = (rows->name = calloc(max, sizeof(type))) && done;
	ACCESS_COLUMNS(X)
#undef X
	return done;
}

static void free_rows(struct rows *rows)
{
#define X(name, type, sql, codec) free(rows->name);
	ACCESS_COLUMNS(X)
#undef X
}

static bool alloc_index(struct flow *f)
{
	size_t slots = 2;

	while (slots < 2 * f->rows_max)
		slots *= 2;
	f->index_mask = slots - 1;
	f->index = calloc(slots, sizeof(*f->index));
	return f->index;
}

struct flow *flow_new(struct flow_limits limits)
{
	AUTO(flow_free) struct flow *f = calloc(1, sizeof(*f));

	if (!f || limits.rows == 0 || limits.rows > ROWS_MAX)
		return NULL;
	f->rows_max = limits.rows;
	/* Without randomness all is right the same, only slower for a sender who knows this key. */
	if (getentropy(&f->key, sizeof(f->key)) < 0)
		f->key = (struct hash_key){
			UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd1b54a32d192ed03)};
	if (!alloc_rows(&f->block.rows, limits.rows) || !alloc_index(f) ||
		payloads_init(&f->payloads, limits.rows, limits.payload_bytes, &f->key) < 0)
		return NULL;
	return TAKE(f);
}

void flow_free(struct flow *f)
{
	if (!f)
		return;
	free_rows(&f->block.rows);
	free(f->index);
	payloads_done(&f->payloads);
	free(f);
}

/* --- merging ------------------------------------------------------------------------------- */

/* The slot of the row of that flow, or the empty one where it belongs. */
static uint64_t *find_slot(struct flow *f, const struct pending *p)
{
	size_t slot = p->hash & f->index_mask;

	for (; f->index[slot]; slot = (slot + 1) & f->index_mask) {
		uint64_t there = f->index[slot];

		if (there >> 32 == p->hash >> 32 &&
			row_is_flow(&p->row, &f->block.rows, (uint32_t)there - 1))
			break;
	}
	return &f->index[slot];
}

static void merge(struct rows *rows, size_t at, const struct row *row)
{
	rows->packets[at]++;
	rows->bytes[at] += row->bytes;
	if (row->time < rows->time[at])
		rows->time[at] = row->time;
}

static size_t append(struct rows *rows, const struct row *row)
{
#define X(name, type, sql, codec) rows->name[rows->count] = row->name;
	ACCESS_COLUMNS(X)
#undef X
	return rows->count++;
}

static void settle_oldest(struct flow *f)
{
	struct rows *rows = &f->block.rows;
	const struct pending *p = &f->pending[f->pending_first];
	uint64_t *slot = find_slot(f, p);

	/* A row that can count no further stays as it is, and a new one takes its slot. */
	if (*slot && rows->packets[(uint32_t)*slot - 1] < UINT32_MAX)
		merge(rows, (uint32_t)*slot - 1, &p->row);
	else
		*slot = p->hash >> 32 << 32 | (append(rows, &p->row) + 1);
	f->pending_first = (f->pending_first + 1) % AHEAD;
	f->pending_count--;
}

static void settle_all(struct flow *f)
{
	while (f->pending_count)
		settle_oldest(f);
}

void flow_add(struct flow *f, const struct access *a)
{
	assert(!flow_is_full(f));
	if (f->pending_count == AHEAD)
		settle_oldest(f);

	struct pending *p = &f->pending[(f->pending_first + f->pending_count) % AHEAD];
	row_fill(&p->row, a, &f->day);
	if (a->payload && a->payload_len)
		p->row.payload =
			payloads_add(&f->payloads, a->payload, a->payload_len, p->row.time);
	p->hash = row_hash(&p->row, &f->key);
	__builtin_prefetch(&f->index[p->hash & f->index_mask], 1);
	f->pending_count++;
	f->block.packets++;
	if (f->block.rows.count + f->pending_count == f->rows_max)
		settle_all(f);
}

/* --- the block ----------------------------------------------------------------------------- */

bool flow_is_full(const struct flow *f)
{
	return f->block.rows.count == f->rows_max;
}

const struct block *flow_block(struct flow *f)
{
	settle_all(f);
	f->block.payloads = f->payloads.entries;
	f->block.payload_count = f->payloads.kept_count;
	f->block.payload_bytes = f->payloads.bytes;
	f->block.payload_bytes_len = f->payloads.bytes_len;
	f->block.payloads_not_kept = f->payloads.not_kept_count;
	return &f->block;
}

void flow_clear(struct flow *f)
{
	memset(f->index, 0, (f->index_mask + 1) * sizeof(*f->index));
	f->block.rows.count = 0;
	f->block.packets = 0;
	f->pending_count = 0;
	payloads_clear(&f->payloads);
}
