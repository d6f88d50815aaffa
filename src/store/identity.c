#include "store/identity.h"

#include <string.h>

enum { SHORTEST_MONTH_S = 28 * 86400 };

/* Not against anybody, only against accidents: multiply and rotate, eight bytes at a time. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash << 29 | hash >> 35;
}

/* Four chains side by side: one waits for its multiplication while the others go on. */
static uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
	enum { LANES = 4 };
	const uint8_t *at = data;
	uint64_t word, lanes[LANES] = {1, 2, 3, 4};

	hash = mix(hash, len);
	for (; len >= sizeof(lanes); at += sizeof(lanes), len -= sizeof(lanes))
		for (size_t i = 0; i < LANES; i++) {
			memcpy(&word, at + i * sizeof(word), sizeof(word));
			lanes[i] = mix(lanes[i], word);
		}
	for (size_t i = 0; i < LANES; i++)
		hash = mix(hash, lanes[i]);
	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, at, len);
	return mix(hash, word);
}

/* What the numbers of a column are. */
struct names {
	const struct plant *plant; /* NULL: texts */
	const struct labels *labels;
	enum label_column column;
};

static const char *name_of(const struct names *names, uint16_t number)
{
	if (!names->plant)
		return labels_get(names->labels, names->column, number);
	return number < names->plant->count ? names->plant->sensors[number].name : "";
}

/* Hashes of names that came a while ago: few come, in any order. */
enum { NAMES_KNOWN = 256 };
struct name_hash {
	uint64_t hash; /* 0: none */
	uint16_t number;
};

static uint64_t name_hash_of(struct name_hash known[NAMES_KNOWN], const struct names *names, uint16_t number)
{
	struct name_hash *place = &known[number % NAMES_KNOWN];

	if (place->hash == 0 || place->number != number) {
		const char *name = name_of(names, number);

		*place = (struct name_hash){hash_bytes(0, name, strlen(name)) | 1, number};
	}
	return place->hash;
}

/* By name: numbers change with the order in the configuration, or in which texts came. */
static uint64_t hash_names(uint64_t hash, const uint16_t *numbers, size_t count, struct names names)
{
	struct name_hash known[NAMES_KNOWN] = {0};

	for (size_t i = 0; i < count;) {
		uint16_t number = numbers[i];
		size_t first = i;

		while (i < count && numbers[i] == number)
			i++;
		hash = mix(mix(hash, name_hash_of(known, &names, number)), i - first);
	}
	return hash;
}

static uint64_t parts_of(const struct rows *rows)
{
	uint32_t first = UINT32_MAX, last = 0;

	for (size_t i = 0; i < rows->count; i++) {
		first = rows->time[i] < first ? rows->time[i] : first;
		last = rows->time[i] > last ? rows->time[i] : last;
	}
	return rows->count ? (last - first) / SHORTEST_MONTH_S + 2 : 0;
}

/* In the order in which they came. */
static uint64_t hash_detections(uint64_t hash, const struct detection_rows *rows, const struct plant *plant)
{
	size_t n = rows->count;

	hash = hash_names(mix(hash, n), rows->sensor, n, (struct names){.plant = plant});
	for (size_t i = 0; i < n; i++)
		hash = hash_bytes(hash, rows->message[i], strlen(rows->message[i]));
#define HASH(column) hash = hash_bytes(hash, rows->column, n * sizeof(*rows->column))
	HASH(time);
	HASH(src);
	HASH(dst);
	HASH(service);
	HASH(sport);
	HASH(gid);
	HASH(sid);
	HASH(rev);
	HASH(category);
	HASH(packets);
#undef HASH
	return hash;
}

struct identity identity_of(const struct block *block, const struct plant *plant)
{
	const struct rows *rows = &block->rows;
	size_t n = rows->count;
	uint64_t cut = hash_names(n, rows->sensor, n, (struct names){.plant = plant});
	uint64_t filled = n;

	if (block->detections.count)
		cut = hash_detections(cut, &block->detections, plant);

#define HASH(hash, column) hash = hash_bytes(hash, rows->column, n * sizeof(*rows->column))
#define TEXTS(hash, name)                                                                          \
	hash = hash_names(                                                                         \
		hash, rows->name, n, (struct names){.labels = block->labels, .column = LABEL_##name})
	HASH(cut, time);
	HASH(cut, src);
	HASH(cut, dst);
	HASH(cut, service);
	HASH(cut, sport);
	HASH(cut, length);
	HASH(cut, window);
	HASH(cut, tcp_flags);
	HASH(cut, ttl);
	HASH(cut, payload); /* approximate need not be: dst is :: in those rows alone */
	HASH(cut, packets);
	HASH(cut, bytes);
	TEXTS(cut, tcp_opts);
	HASH(cut, handshake);
	HASH(filled, day);
	HASH(filled, class);
	HASH(filled, tool);
	HASH(filled, country);
	HASH(filled, asn);
	TEXTS(filled, tags);
	TEXTS(filled, group);
#undef HASH
#undef TEXTS
	return (struct identity){.cut = cut, .filled = filled, .parts = parts_of(rows)};
}
