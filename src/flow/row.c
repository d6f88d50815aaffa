#include "flow/row.h"

#include <string.h>

#include "base/zone.h"

enum column {
#define X(name, type, sql, codec) COLUMN_##name,
	ACCESS_COLUMNS(X)
#undef X
};

uint32_t row_time(int64_t ts_ns)
{
	int64_t t_s = ts_ns / 1000000000;

	if (ts_ns < 0)
		return 0;
	return t_s >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)t_s;
}

/* West of Greenwich the first hours of 1970 belong to the day before day 0: clamped like the time.
 */
static uint16_t day_at(struct row_day *day, int64_t t_s)
{
	if (t_s < day->from_s || t_s >= day->to_s) {
		int32_t number = day_of(t_s);

		day->from_s = day_start(number);
		day->to_s = day_start(number + 1);
		day->number = number < 0 ? 0 : (uint16_t)number;
	}
	return day->number;
}

void row_fill(struct row *row, const struct access *a, struct row_day *day)
{
	uint32_t time = row_time(a->ts_ns);

	*row = (struct row){
		.day = day_at(day, time),
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
		.tags = a->tags,
		.tcp_opts = a->syn,
		.group = a->group,
		.handshake = a->handshake,
		.packets = 1,
		.bytes = a->length,
	};
}

void row_coarsen(struct row *row, enum approximate_level level)
{
	row->approximate = (uint8_t)level;
	row->dst = (struct addr){0};
	row->sport = row->window = 0;
	row->length = 0;
	row->tcp_flags = row->ttl = 0;
	row->payload = (struct payload_hash){0};
	row->tags = row->tcp_opts = 0;
	row->handshake = false;
	if (level < LEVEL_WITHOUT_SOURCE)
		return;
	row->src = (struct addr){0};
	row->asn = 0;
	row->group = 0;
}

static uint32_t minute_of(uint32_t time_s)
{
	return time_s / 60;
}

/* What follows from the source (country, AS, mostly the group) or from the headers (class, tool) need
 * not be in the hash. */
uint64_t row_hash(const struct row *row, const struct hash_key *key)
{
	uint64_t ports = (uint64_t)row->service << 32 | (uint32_t)row->sport << 16 | row->window;
	uint64_t size = (uint64_t)minute_of(row->time) << 32 | row->length;
	uint64_t texts = (uint64_t)row->tags << 48 | (uint64_t)row->tcp_opts << 32;
	uint64_t rest = texts | (uint32_t)row->sensor << 16 | (uint32_t)row->tcp_flags << 8 | row->ttl;
	uint64_t h = hash_mix(hash_load(row->src.b) ^ key->a, hash_load(row->src.b + 8) ^ key->b);

	h = hash_mix(hash_load(row->dst.b) ^ h, hash_load(row->dst.b + 8) ^ key->b);
	h = hash_mix(ports ^ h, size ^ key->b);
	h = hash_mix(rest ^ h, hash_load(row->payload.b) ^ key->b);
	return hash_mix(h ^ key->b, key->a);
}

static bool is_key(enum column column)
{
	return column != COLUMN_time && column != COLUMN_packets && column != COLUMN_bytes;
}

bool row_is_flow(const struct row *row, const struct rows *rows, size_t at)
{
#define X(name, type, sql, codec)                                                                  \
	if (is_key(COLUMN_##name) && memcmp(&rows->name[at], &row->name, sizeof(type)) != 0)       \
		return false;
	ACCESS_COLUMNS(X)
#undef X
	return minute_of(rows->time[at]) == minute_of(row->time);
}
