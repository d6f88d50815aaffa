#include "flow/flow.h"

#include <assert.h>
#include <sys/random.h>

#include "base/zone.h"
#include "flow/payloads.h"

enum { ROWS_MAX = 1 << 28 };

enum column {
#define X(name, type, sql, codec) COLUMN_##name,
	ACCESS_COLUMNS(X)
#undef X
};

/* One row across its columns. */
struct row {
#define X(name, type, sql, codec) type name;
	ACCESS_COLUMNS(X)
#undef X
};

/* The local day that accesses fall into now: they come mostly in the order of time. */
struct day {
	int64_t from_s, to_s;
	uint16_t number;
};

/* The index is apart from the rows, so that a probe touches 8 bytes and the rows are written once,
 * one after the other, in the form in which they are sent. */
struct flow {
	struct block block;
	size_t rows_max;
	uint64_t
		*index; /* open addressing: upper half of the hash, row number plus 1; 0 is empty */
	size_t index_mask;
	struct hash_key key;
	struct payloads payloads;
	struct day day;
};

/* --- memory
 * ---------------------------------------------------------------------------------------------------
 */

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
	/* Without randomness the tables are right all the same, only slower for who chooses his
	 * packets so. */
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

/* --- an access as a row
 * --------------------------------------------------------------------------------------- */

/* The columns hold 1970 to 2106. */
static uint32_t time_of(int64_t ts_ns)
{
	int64_t t_s = ts_ns / 1000000000;

	if (ts_ns < 0)
		return 0;
	return t_s > UINT32_MAX ? UINT32_MAX : (uint32_t)t_s;
}

/* West of Greenwich the first hours of 1970 belong to the day before day 0: clamped like the time.
 */
static uint16_t day_number_of(struct day *day, int64_t t_s)
{
	if (t_s < day->from_s || t_s >= day->to_s) {
		int32_t number = day_of(t_s);

		day->from_s = day_start(number);
		day->to_s = day_start(number + 1);
		day->number = number < 0 ? 0 : (uint16_t)number;
	}
	return day->number;
}

static struct row row_of(struct flow *f, const struct access *a)
{
	uint32_t time = time_of(a->ts_ns);
	struct row row = {
		.day = day_number_of(&f->day, time),
		.time = time,
		.sensor = a->sensor,
		.src = a->src,
		.dst = a->dst,
		.service = a->service,
		.sport = a->sport,
		.length = a->length,
		.window = a->window,
		.tcp_flags = a->tcp_flags,
		.ttl = a->ttl,
		.class = a->class,
		.tool = a->tool,
		.country = {{a->country[0], a->country[1]}},
		.asn = a->asn,
		.packets = 1,
		.bytes = a->length,
	};

	if (a->payload && a->payload_len)
		row.payload = payloads_add(&f->payloads, a->payload, a->payload_len, time);
	return row;
}

/* --- merging
 * --------------------------------------------------------------------------------------------------
 */

static uint32_t minute_of(uint32_t time_s)
{
	return time_s / 60;
}

/* What follows from the source (country, AS) or from the headers (class, tool) need not be in the
 * hash. */
static uint64_t hash_of(const struct hash_key *key, const struct row *r)
{
	uint64_t ports = (uint64_t)r->service << 32 | (uint32_t)r->sport << 16 | r->window;
	uint64_t size = (uint64_t)minute_of(r->time) << 32 | r->length;
	uint64_t rest = (uint64_t)r->sensor << 16 | (uint32_t)r->tcp_flags << 8 | r->ttl;
	uint64_t h = hash_mix(hash_load(r->src.b) ^ key->a, hash_load(r->src.b + 8) ^ key->b);

	h = hash_mix(hash_load(r->dst.b) ^ h, hash_load(r->dst.b + 8) ^ key->b);
	h = hash_mix(ports ^ h, size ^ key->b);
	h = hash_mix(rest ^ h, hash_load(r->payload.b) ^ key->b);
	return hash_mix(h ^ key->b, key->a);
}

/* All columns but the time within the minute and the sums. */
static bool is_key(enum column column)
{
	return column != COLUMN_time && column != COLUMN_packets && column != COLUMN_bytes;
}

static bool is_same_flow(const struct rows *rows, size_t at, const struct row *r)
{
#define X(name, type, sql, codec)                                                                  \
	if (is_key(COLUMN_##name) && memcmp(&rows->name[at], &r->name, sizeof(type)) != 0)         \
		return false;
	ACCESS_COLUMNS(X)
#undef X
	return minute_of(rows->time[at]) == minute_of(r->time);
}

/* The slot of the row of that flow, or the empty one where it belongs. */
static uint64_t *find_slot(struct flow *f, uint64_t hash, const struct row *r)
{
	size_t slot = hash & f->index_mask;

	for (; f->index[slot]; slot = (slot + 1) & f->index_mask) {
		uint64_t there = f->index[slot];

		if (there >> 32 == hash >> 32 &&
			is_same_flow(&f->block.rows, (uint32_t)there - 1, r))
			break;
	}
	return &f->index[slot];
}

static void merge(struct rows *rows, size_t at, const struct row *r)
{
	rows->packets[at]++;
	rows->bytes[at] += r->bytes;
	if (r->time < rows->time[at])
		rows->time[at] = r->time;
}

static size_t append(struct rows *rows, const struct row *r)
{
#define X(name, type, sql, codec) rows->name[rows->count] = r->name;
	ACCESS_COLUMNS(X)
#undef X
	return rows->count++;
}

void flow_add(struct flow *f, const struct access *a)
{
	assert(!flow_is_full(f));

	struct rows *rows = &f->block.rows;
	struct row row = row_of(f, a);
	uint64_t hash = hash_of(&f->key, &row);
	uint64_t *slot = find_slot(f, hash, &row);

	/* A row that cannot count further is left as it is, and a new one begun. */
	if (*slot && rows->packets[(uint32_t)*slot - 1] < UINT32_MAX)
		merge(rows, (uint32_t)*slot - 1, &row);
	else
		*slot = hash >> 32 << 32 | (append(rows, &row) + 1);
	f->block.packets++;
}

/* --- the block
 * ------------------------------------------------------------------------------------------------
 */

bool flow_is_full(const struct flow *f)
{
	return f->block.rows.count == f->rows_max;
}

const struct block *flow_block(struct flow *f)
{
	f->block.payloads = f->payloads.entries;
	f->block.payload_count = f->payloads.kept_count;
	f->block.payload_bytes = f->payloads.bytes;
	f->block.payload_bytes_len = f->payloads.bytes_len;
	f->block.payloads_not_kept = f->payloads.not_kept_count;
	return &f->block;
}

void flow_clear(struct flow *f)
{
	if (f->block.rows.count)
		memset(f->index, 0, (f->index_mask + 1) * sizeof(*f->index));
	f->block.rows.count = 0;
	f->block.packets = 0;
	payloads_clear(&f->payloads);
}
