#include "flow/flow.h"

#include <assert.h>
#include <string.h>

#include "base/lazy.h"
#include "flow/coarse.h"
#include "flow/detections.h"
#include "flow/minutes.h"
#include "flow/payloads.h"
#include "flow/row.h"

enum {
	ROWS_MAX = 1 << 28,
	AHEAD = 16, /* accesses whose slot of the index is on its way from memory: 46 ns instead of
		       110 */
};

static const size_t payload_bytes_max = (size_t)1 << 40;

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
	struct detections detections;
	struct minutes minutes; /* of the capture, like coarse: they outlive blocks */
	struct coarse_log coarse;
	struct row_day day;
	struct hash_key key;
};

/* --- memory -------------------------------------------------------------------------------- */

static bool alloc_rows(struct rows *rows, size_t max)
{
	bool done = true;

#define X(name, type, sql, codec) done = (rows->name = lazy_new(max * sizeof(type))) && done;
	ACCESS_COLUMNS(X)
#undef X
	return done;
}

static void free_rows(struct rows *rows, size_t max)
{
#define X(name, type, sql, codec) lazy_free(rows->name, max * sizeof(type));
	ACCESS_COLUMNS(X)
#undef X
}

static bool alloc_index(struct flow *f)
{
	size_t slots = hash_slots(f->rows_max);

	f->index_mask = slots - 1;
	f->index = lazy_new(slots * sizeof(*f->index));
	return f->index;
}

static struct detection_limits detection_limits_of(struct flow_limits limits)
{
	return (struct detection_limits){limits.detections, limits.signatures, limits.minute_detections};
}

struct flow *flow_new(struct flow_limits limits)
{
	AUTO(flow_free) struct flow *f = calloc(1, sizeof(*f));

	if (!f || limits.rows == 0 || limits.rows > ROWS_MAX || limits.payload_bytes > payload_bytes_max ||
		limits.detections > ROWS_MAX || limits.signatures > ROWS_MAX)
		return NULL;
	f->rows_max = limits.rows;
	f->key = hash_key_random();
	struct payload_limits payloads = {limits.rows, limits.payload_bytes, limits.payloads};
	if (!alloc_rows(&f->block.rows, limits.rows) || !alloc_index(f) ||
		payloads_init(&f->payloads, payloads, &f->key) < 0 ||
		detections_init(&f->detections, detection_limits_of(limits), &f->key) < 0 ||
		minutes_init(&f->minutes, limits.minute_rows) < 0)
		return NULL;
	return TAKE(f);
}

void flow_free(struct flow *f)
{
	if (!f)
		return;
	free_rows(&f->block.rows, f->rows_max);
	lazy_free(f->index, (f->index_mask + 1) * sizeof(*f->index));
	payloads_done(&f->payloads);
	detections_done(&f->detections);
	minutes_done(&f->minutes);
	free(f);
}

static uint64_t row_bytes(void)
{
	uint64_t bytes = 0;

#define X(name, type, sql, codec) bytes += sizeof(type);
	ACCESS_COLUMNS(X)
#undef X
	return bytes;
}

uint64_t flow_memory(struct flow_limits limits)
{
	struct payload_limits payloads = {limits.rows, limits.payload_bytes, limits.payloads};

	return sizeof(struct flow) + row_bytes() * limits.rows + hash_slots(limits.rows) * sizeof(uint64_t) +
	       payloads_memory(payloads) + detections_memory(detection_limits_of(limits)) +
	       MINUTES * sizeof(struct minute);
}

uint64_t flow_spare_memory(struct flow_limits limits)
{
	return (row_bytes() + sizeof(struct payload_entry)) * limits.rows + limits.payload_bytes +
	       detections_max(detection_limits_of(limits)) * sizeof(struct detection_row);
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

/* Into the row of its flow, if there is one. A row that can count no further stays as it is, and a
 * new one takes its slot. False: the slot awaits a new row. */
static bool merged(struct flow *f, const struct pending *p, uint64_t **ret_slot)
{
	struct rows *rows = &f->block.rows;
	uint64_t *slot = *ret_slot = find_slot(f, p);

	if (!*slot || rows->packets[(uint32_t)*slot - 1] == UINT32_MAX)
		return false;
	merge(rows, (uint32_t)*slot - 1, &p->row);
	return true;
}

static void begin_row(struct flow *f, const struct pending *p, uint64_t *slot)
{
	*slot = p->hash >> 32 << 32 | (append(&f->block.rows, &p->row) + 1);
}

/* Its minute has had its rows: what is left of it after each level, until there is a row for it. */
__attribute__((noinline, cold)) static void settle_coarse(struct flow *f, struct pending *p)
{
	enum approximate_level level = LEVEL_EXACT;
	uint64_t *slot;
	uint32_t time = p->row.time;

	do {
		row_coarsen(&p->row, ++level);
		p->hash = row_hash(&p->row, &f->key);
		if (merged(f, p, &slot)) {
			coarse_add(&f->coarse, time, level);
			return;
		}
	} while (!minutes_admit(&f->minutes, level, time));
	begin_row(f, p, slot);
	coarse_add(&f->coarse, time, level);
}

static void settle_oldest(struct flow *f)
{
	struct pending *p = &f->pending[f->pending_first];
	uint64_t *slot;

	if (!merged(f, p, &slot)) {
		if (minutes_admit(&f->minutes, LEVEL_EXACT, p->row.time))
			begin_row(f, p, slot);
		else
			settle_coarse(f, p);
	}
	f->pending_first = (f->pending_first + 1) % AHEAD;
	f->pending_count--;
}

static void settle_all(struct flow *f)
{
	while (f->pending_count)
		settle_oldest(f);
}

/* What has no chance of a row of its own need not be kept. */
static struct payload_hash take_payload(struct flow *f, const struct access *a, uint32_t time_s)
{
	if (minutes_is_full(&f->minutes, time_s))
		return payloads_find(&f->payloads, a->payload, a->payload_len, time_s);
	return payloads_add(&f->payloads, a->payload, a->payload_len, time_s);
}

void flow_add(struct flow *f, const struct access *a)
{
	assert(!flow_is_full(f));
	if (f->pending_count == AHEAD)
		settle_oldest(f);

	struct pending *p = &f->pending[(f->pending_first + f->pending_count) % AHEAD];
	row_fill(&p->row, a, &f->day);
	if (a->payload && a->payload_len)
		p->row.payload = take_payload(f, a, p->row.time);
	p->hash = row_hash(&p->row, &f->key);
	__builtin_prefetch(&f->index[p->hash & f->index_mask], 1);
	f->pending_count++;
	f->block.labels = a->labels;
	f->block.packets++;
	if (f->block.rows.count + f->pending_count == f->rows_max)
		settle_all(f);
}

void flow_detect(struct flow *f, const struct access *a, const struct detection *what)
{
	struct row row;

	row_fill(&row, a, &f->day);
	detections_add(&f->detections, &row, what, &f->coarse);
}

/* --- the block ----------------------------------------------------------------------------- */

bool flow_is_full(const struct flow *f)
{
	return f->block.rows.count == f->rows_max || detections_is_full(&f->detections);
}

const struct block *flow_block(struct flow *f)
{
	settle_all(f);
	f->block.payloads = f->payloads.entries;
	f->block.payload_count = f->payloads.kept_count;
	f->block.payload_bytes = f->payloads.bytes;
	f->block.payload_bytes_len = f->payloads.bytes_len;
	f->block.payloads_not_kept = f->payloads.not_kept_count;
	f->block.detections = f->detections.rows;
	return &f->block;
}

/* Where most pages were touched, giving them back only to fault them in again costs more than writing zeros. */
static void clear_index(struct flow *f)
{
	enum { SLOTS_ON_PAGE = 4096 / sizeof(*f->index) };
	size_t slots = f->index_mask + 1;

	if (f->block.rows.count > slots / SLOTS_ON_PAGE)
		memset(f->index, 0, slots * sizeof(*f->index));
	else if (f->block.rows.count)
		lazy_clear(f->index, slots * sizeof(*f->index));
}

void flow_clear(struct flow *f)
{
	clear_index(f);
	f->block.rows.count = 0;
	f->block.packets = 0;
	f->pending_count = 0;
	payloads_clear(&f->payloads);
	detections_clear(&f->detections);
}

struct flow_spare {
	struct block block; /* first: what is given out */
	struct flow_limits limits;
};

struct block *flow_spare_new(struct flow_limits limits)
{
	struct flow_spare *spare = calloc(1, sizeof(*spare));

	if (!spare)
		return NULL;
	AUTO(flow_spare_free) struct block *block = &spare->block;
	spare->limits = limits;
	bool done = alloc_rows(&block->rows, limits.rows);
	block->payloads = lazy_new(limits.rows * sizeof(*block->payloads));
	block->payload_bytes = lazy_new(limits.payload_bytes + 1);
	done = detection_rows_init(&block->detections, detections_max(detection_limits_of(limits))) && done;
	return done && block->payloads && block->payload_bytes ? TAKE(block) : NULL;
}

void flow_spare_free(struct block *block)
{
	struct flow_spare *spare = (struct flow_spare *)block;

	if (!spare)
		return;
	free_rows(&block->rows, spare->limits.rows);
	lazy_free(block->payloads, spare->limits.rows * sizeof(*block->payloads));
	lazy_free(block->payload_bytes, spare->limits.payload_bytes + 1);
	detection_rows_done(&block->detections, detections_max(detection_limits_of(spare->limits)));
	free(spare);
}

void flow_take(struct flow *f, struct block *spare)
{
	struct block full = *flow_block(f);

	flow_clear(f); /* while the counts still say what is to be cleared */
	f->block.rows = spare->rows;
	f->payloads.entries = spare->payloads;
	f->payloads.bytes = spare->payload_bytes;
	f->detections.rows = spare->detections;
	f->block.rows.count = f->detections.rows.count = 0;
	*spare = full;
}

/* --- the capture --------------------------------------------------------------------------- */

void flow_begin(struct flow *f)
{
	flow_clear(f);
	minutes_clear(&f->minutes);
	coarse_clear(&f->coarse);
	payloads_begin(&f->payloads);
	detections_begin(&f->detections);
}

size_t flow_approximations(const struct flow *f, const struct approximation **ret)
{
	*ret = f->coarse.spans;
	return f->coarse.count;
}
