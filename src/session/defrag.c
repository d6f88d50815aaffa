#include "session/defrag.h"

#include "base/cur.h"
#include "base/hash.h"
#include "session/stream.h"

enum {
	WAYS = 8,
	HEAD_MAX = 256,      /* IP header with options, or IPv6 headers before the fragment header */
	DATA_MAX = 65535,
	MEMORY_MAX = 16 << 20,
	IP6_HEADER = 40,
	HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, DESTINATION = 60,
};

static const int64_t patience_ns = INT64_C(30) * 1000000000;

/* A fragment, read. */
struct piece {
	struct bytes head, data; /* headers that every fragment has; its part of what was cut */
	uint32_t id, offset;
	uint8_t protocol;
	bool more;
};

struct key {
	struct addr src, dst;
	uint32_t id, protocol;
};

/* Fragments of one packet. */
struct set {
	struct key key;
	bool used;
	int64_t first_ns;
	struct stream data;
	uint32_t total;     /* 0: the last one was not seen */
	uint16_t head_len;  /* 0: the first one was not seen */
	uint8_t head[HEAD_MAX];
};

struct defrag {
	struct set *sets;
	size_t bucket_mask;
	struct stream_memory memory;
	uint64_t refused;
	uint8_t whole[HEAD_MAX + DATA_MAX];
};

struct defrag *defrag_new(size_t packets)
{
	struct defrag *d = calloc(1, sizeof(*d));
	size_t buckets = 1;

	if (!d)
		return NULL;
	while (buckets * WAYS < packets)
		buckets *= 2;
	d->bucket_mask = buckets - 1;
	d->memory.stream_bytes = DATA_MAX;
	d->sets = calloc(buckets * WAYS, sizeof(*d->sets));
	if (d->sets)
		return d;
	free(d);
	return NULL;
}

static void forget(struct defrag *d, struct set *set)
{
	stream_done(&set->data, &d->memory);
	set->used = false;
}

void defrag_free(struct defrag *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < (d->bucket_mask + 1) * WAYS; i++)
		forget(d, &d->sets[i]);
	free(d->sets);
	free(d);
}

uint64_t defrag_refused(const struct defrag *d)
{
	return d->refused;
}

/* ---- reading ---- */

static bool read_v4(const struct packet *p, struct piece *ret)
{
	struct cur c = cur_of(p->ip, p->ip_captured);
	size_t head = (size_t)(cur_u8(&c) & 15) * 4;

	cur_skip(&c, 3);
	ret->id = cur_u16(&c);
	uint16_t field = cur_u16(&c);
	cur_skip(&c, 1);
	ret->protocol = cur_u8(&c);
	ret->offset = (field & 0x1fffu) * 8;
	ret->more = field & 0x2000;
	if (!cur_ok(&c) || head < 20 || head > p->ip_captured)
		return false;
	ret->head = (struct bytes){p->ip, head};
	ret->data = bytes_from((struct bytes){p->ip, p->ip_captured}, head);
	return true;
}

/* The headers before the fragment header, whose place in the chain the one behind it takes. */
static bool read_v6(const struct packet *p, struct piece *ret)
{
	struct cur c = cur_of(p->ip, p->ip_captured);

	cur_skip(&c, 6);
	uint8_t next = cur_u8(&c);
	cur_skip(&c, IP6_HEADER - 7);
	while (cur_ok(&c) && (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION)) {
		next = cur_u8(&c);
		cur_skip(&c, cur_u8(&c) * 8u + 6);
	}
	if (!cur_ok(&c) || next != FRAGMENT)
		return false;
	ret->head = (struct bytes){p->ip, (size_t)(c.at - p->ip)};
	ret->protocol = cur_u8(&c);
	cur_skip(&c, 1);
	uint16_t field = cur_u16(&c);
	ret->id = cur_u32(&c);
	ret->offset = field & 0xfff8;
	ret->more = field & 1;
	ret->data = (struct bytes){c.at, cur_left(&c)};
	return cur_ok(&c);
}

static bool read_piece(const struct packet *p, struct piece *ret)
{
	if (p->ip_captured < p->length || !(p->version == 4 ? read_v4(p, ret) : read_v6(p, ret)))
		return false;
	return ret->head.len <= HEAD_MAX && ret->data.len > 0 && ret->offset + ret->data.len <= DATA_MAX;
}

/* ---- putting together ---- */

/* The set of key, or one made anew in a place that is free, out of time or the oldest. */
static struct set *find(struct defrag *d, const struct key *key, int64_t now_ns)
{
	static const struct hash_key fixed = {UINT64_C(0x2545f4914f6cdd1d), UINT64_C(0x9e3779b97f4a7c15)};
	_Static_assert(sizeof(*key) == 40, "no padding: it is hashed and compared as bytes");
	struct set *bucket = &d->sets[(hash_bytes(&fixed, key, sizeof(*key)) & d->bucket_mask) * WAYS], *oldest = bucket;

	for (size_t i = 0; i < WAYS; i++) {
		struct set *set = &bucket[i];

		if (set->used && now_ns - set->first_ns > patience_ns)
			forget(d, set);
		if (set->used && memcmp(&set->key, key, sizeof(*key)) == 0)
			return set;
		if (oldest->used && (!set->used || set->first_ns < oldest->first_ns))
			oldest = set;
	}
	d->refused += oldest->used;
	forget(d, oldest);
	*oldest = (struct set){.key = *key, .used = true, .first_ns = now_ns};
	stream_begin(&oldest->data, &d->memory, 0);
	return oldest;
}

static void put(struct defrag *d, struct set *set, const struct piece *piece)
{
	if (d->memory.used > MEMORY_MAX || !stream_put(&set->data, &d->memory, piece->offset, piece->data)) {
		d->refused++;
		return;
	}
	if (!piece->more && set->total == 0)
		set->total = piece->offset + (uint32_t)piece->data.len;
	if (piece->offset == 0 && set->head_len == 0) {
		memcpy(set->head, piece->head.data, piece->head.len);
		set->head_len = (uint16_t)piece->head.len;
	}
}

static bool is_whole(const struct set *set)
{
	return set->total > 0 && set->head_len > 0 && stream_ready(&set->data).len >= set->total;
}

static void write_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The checksum of a whole IPv4 header, so that it is not taken for damaged. */
static void write_checksum(uint8_t *head, size_t len)
{
	uint32_t sum = 0;

	write_u16(head + 10, 0);
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(head[i] << 8 | head[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	write_u16(head + 10, ~sum & 0xffff);
}

/* The number of the fragment header, the last one before the cut, becomes that of what was cut. */
static void patch_v6(uint8_t *head, size_t len, uint8_t protocol)
{
	uint8_t *next = head + 6;
	size_t at = IP6_HEADER;

	while (at < len) {
		next = head + at;
		at += head[at + 1] * 8u + 8;
	}
	*next = protocol;
}

static bool build(struct defrag *d, const struct set *set, int64_t ts_ns, struct packet *ret)
{
	size_t head = set->head_len, total = head + set->total;
	bool v4 = addr_is_v4(&set->key.src);

	if (total > DATA_MAX + (v4 ? 0 : IP6_HEADER))
		return false;
	memcpy(d->whole, set->head, head);
	memcpy(d->whole + head, stream_ready(&set->data).data, set->total);
	if (v4) {
		write_u16(d->whole + 2, total);
		write_u16(d->whole + 6, 0);
		write_checksum(d->whole, head);
	} else {
		write_u16(d->whole + 4, total - IP6_HEADER);
		patch_v6(d->whole, head, (uint8_t)set->key.protocol);
	}
	const struct frame frame = {.ts_ns = ts_ns, .data = d->whole, .cap_len = (uint32_t)total, .wire_len = (uint32_t)total,
		.link_type = LINK_RAW};
	decode_frame(&frame, false, ret);
	return ret->is_ip && ret->fragment == FRAGMENT_NONE; /* fragments of fragments are nobody's packet */
}

bool defrag_add(struct defrag *d, const struct packet *p, struct packet *ret)
{
	struct piece piece;

	if (!p->is_ip || p->fragment == FRAGMENT_NONE || !read_piece(p, &piece))
		return false;
	struct key key = {.src = p->src, .dst = p->dst, .id = piece.id, .protocol = piece.protocol};
	struct set *set = find(d, &key, p->ts_ns);

	put(d, set, &piece);
	if (!is_whole(set))
		return false;
	bool built = build(d, set, p->ts_ns, ret);

	forget(d, set);
	return built;
}
