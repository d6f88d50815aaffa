#include "flow/detections.h"

#include <assert.h>
#include <string.h>

#include "base/lazy.h"


enum column {
#define X(name, type, sql, codec) COLUMN_##name,
	DETECTION_COLUMNS(X)
#undef X
};

/* --- memory --- */

bool detection_rows_init(struct detection_rows *rows, size_t max)
{
	bool done = true;

	*rows = (struct detection_rows){0};
	if (max == 0)
		return true;
#define X(name, type, sql, codec) done = (rows->name = lazy_new(max * sizeof(type))) && done;
	DETECTION_COLUMNS(X)
#undef X
	return done;
}

void detection_rows_done(struct detection_rows *rows, size_t max)
{
#define X(name, type, sql, codec) lazy_free(rows->name, max * sizeof(type));
	DETECTION_COLUMNS(X)
#undef X
	*rows = (struct detection_rows){0};
}

/* Every access can have a row for each signature when the others fill the block but for one. */
size_t detections_max(struct detection_limits limits)
{
	return limits.signatures ? limits.rows + limits.signatures : 0;
}

int detections_init(struct detections *d, struct detection_limits limits, const struct hash_key *key)
{
	*d = (struct detections){.full = limits.rows, .max = detections_max(limits), .key = *key};
	if (d->max == 0)
		return 0;
	d->index_mask = hash_slots(d->max) - 1;
	d->index = lazy_new((d->index_mask + 1) * sizeof(*d->index));
	bool done = detection_rows_init(&d->rows, d->max);
	return done && d->index && minutes_init(&d->minutes, limits.minute_rows) == 0 ? 0 : -ENOMEM;
}

void detections_done(struct detections *d)
{
	if (d->max == 0)
		return;
	detection_rows_done(&d->rows, d->max);
	lazy_free(d->index, (d->index_mask + 1) * sizeof(*d->index));
	minutes_done(&d->minutes);
	*d = (struct detections){0};
}

uint64_t detections_memory(struct detection_limits limits)
{
	uint64_t max = detections_max(limits);

	return max ? max * sizeof(struct detection_row) + hash_slots(max) * sizeof(uint64_t) +
			     MINUTES * sizeof(struct minute)
		   : 0;
}

void detections_clear(struct detections *d)
{
	if (d->rows.count)
		lazy_clear(d->index, (d->index_mask + 1) * sizeof(*d->index));
	d->rows.count = 0;
}

void detections_begin(struct detections *d)
{
	detections_clear(d);
	if (d->max)
		minutes_clear(&d->minutes);
}

/* --- merging --- */

static struct detection_row make_row(const struct row *access, const struct detection *what)
{
	return (struct detection_row){
		.day = access->day,
		.time = access->time,
		.sensor = access->sensor,
		.src = access->src,
		.dst = access->dst,
		.service = access->service,
		.sport = access->sport,
		.gid = what->gid,
		.sid = what->sid,
		.rev = what->rev,
		.message = what->message,
		.category = (uint8_t)(CATEGORY_FIRST + what->category),
		.country = access->country,
		.asn = access->asn,
		.packets = 1,
	};
}

/* What row_coarsen() leaves away, as far as these rows have it. */
static void coarsen(struct detection_row *row, enum approximate_level level)
{
	row->approximate = (uint8_t)level;
	row->dst = (struct addr){0};
	row->sport = 0;
	if (level < LEVEL_WITHOUT_SOURCE)
		return;
	row->src = (struct addr){0};
	row->asn = 0;
}

static uint64_t hash_row(const struct detection_row *row, const struct hash_key *key)
{
	uint64_t ports = (uint64_t)row->service << 32 | (uint32_t)row->sport << 16 | row->sensor;
	uint64_t signature = (uint64_t)row->gid << 32 | row->sid;
	uint64_t h = hash_mix(hash_load(row->src.b) ^ key->a, hash_load(row->src.b + 8) ^ key->b);

	h = hash_mix(hash_load(row->dst.b) ^ h, hash_load(row->dst.b + 8) ^ key->b);
	h = hash_mix(ports ^ h, signature ^ key->b);
	return hash_mix(row->time / 60 ^ h, key->a);
}

static bool is_key(enum column column)
{
	return column != COLUMN_time && column != COLUMN_packets;
}

static bool is_same(const struct detection_row *row, const struct detection_rows *rows, size_t at)
{
#define X(name, type, sql, codec)                                                                  \
	if (is_key(COLUMN_##name) && memcmp(&rows->name[at], &row->name, sizeof(type)) != 0)       \
		return false;
	DETECTION_COLUMNS(X)
#undef X
	return rows->time[at] / 60 == row->time / 60;
}

/* The slot of the row that this one merges with, or the empty one where it belongs. A row that can count no further is
 * passed by. */
static uint64_t *find_slot(struct detections *d, const struct detection_row *row, uint64_t hash)
{
	size_t slot = hash & d->index_mask;

	for (; d->index[slot]; slot = (slot + 1) & d->index_mask) {
		size_t at = (uint32_t)d->index[slot] - 1;

		if (d->index[slot] >> 32 == hash >> 32 && d->rows.packets[at] < UINT32_MAX &&
			is_same(row, &d->rows, at))
			break;
	}
	return &d->index[slot];
}

static void merge(struct detection_rows *rows, size_t at, const struct detection_row *row)
{
	rows->packets[at]++;
	if (row->time < rows->time[at])
		rows->time[at] = row->time;
}

static void append(struct detection_rows *rows, const struct detection_row *row)
{
#define X(name, type, sql, codec) rows->name[rows->count] = row->name;
	DETECTION_COLUMNS(X)
#undef X
	rows->count++;
}

/* As a row of that level: merged, or a new one if the minute may have it. */
static bool settle(struct detections *d, const struct detection_row *row, enum approximate_level level)
{
	uint64_t hash = hash_row(row, &d->key);
	uint64_t *slot = find_slot(d, row, hash);

	if (*slot) {
		merge(&d->rows, (uint32_t)*slot - 1, row);
		return true;
	}
	if (!minutes_admit(&d->minutes, level, row->time))
		return false;
	append(&d->rows, row);
	*slot = hash >> 32 << 32 | d->rows.count;
	return true;
}

void detections_add(
	struct detections *d, const struct row *access, const struct detection *what, struct coarse_log *log)
{
	struct detection_row row = make_row(access, what);
	enum approximate_level level = LEVEL_EXACT;

	assert(d->rows.count < d->max);
	while (!settle(d, &row, level))
		coarsen(&row, ++level);
	if (level != LEVEL_EXACT)
		coarse_add_detection(log, row.time, level);
}
