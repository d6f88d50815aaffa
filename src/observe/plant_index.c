/* Which sensor an address belongs to: one open-addressed hash of all prefixes, asked once for each
 * prefix length that occurs. */
#include "observe/plant_parts.h"

#include <errno.h>

enum { LENGTHS_MAX = 129, V4_HEADS = 1 << 16, WORD_BITS = 64 };

/* The 16 bytes of an address as two words in memory order: only compared, masked and hashed. */
struct words {
	uint64_t a, b;
};

struct slot {
	struct words network;
	uint16_t sensor;
	uint8_t bits;
	bool used;
};

struct plant_index {
	struct slot *slots;
	size_t mask; /* number of slots, a power of two, less 1 */
	size_t length_count;
	uint8_t lengths[LENGTHS_MAX]; /* that occur, longest first */
	struct words masks[LENGTHS_MAX];
	uint64_t v4_heads[V4_HEADS / WORD_BITS]; /* IPv4 /16 in which something is: for most sources one bit is the answer */
	uint16_t *by_name; /* sensors in the order of their names */
};

void plant_index_free(struct plant_index *index)
{
	if (!index)
		return;
	free(index->slots);
	free(index->by_name);
	free(index);
}

static inline struct words words_of(const struct addr *a)
{
	struct words w;

	_Static_assert(sizeof(w) == sizeof(*a), "two words hold an address");
	memcpy(&w, a, sizeof(w));
	return w;
}

/* The words are in memory order, so what differs between neighbours is in their high bits: only
 * both halves of the whole product hold every bit of them. */
static inline size_t slot_of(const struct plant_index *index, struct words network, uint8_t bits)
{
	unsigned __int128 product =
		(unsigned __int128)(network.a ^ bits ^ UINT64_C(0x9e3779b97f4a7c15)) *
		(network.b ^ UINT64_C(0xd6e8feb86659fd93));

	return ((size_t)product ^ (size_t)(product >> 64)) & index->mask;
}

static inline const struct slot *find_slot(
	const struct plant_index *index, struct words network, uint8_t bits)
{
	size_t i = slot_of(index, network, bits);

	for (;; i = (i + 1) & index->mask) {
		const struct slot *slot = &index->slots[i];

		if (!slot->used || (slot->network.b == network.b && slot->network.a == network.a &&
					   slot->bits == bits))
			return slot;
	}
}

/* Of two sensors with one prefix the first one has it. */
static void add_prefix(struct plant_index *index, const struct prefix *prefix, size_t sensor)
{
	struct words network = words_of(&prefix->addr);
	struct slot *slot = (struct slot *)find_slot(index, network, prefix->bits);

	if (!slot->used)
		*slot = (struct slot){.network = network,
			.sensor = (uint16_t)sensor,
			.bits = prefix->bits,
			.used = true};
}

static void add_v4_heads(struct plant_index *index, const struct prefix *prefix)
{
	struct addr any_v4 = addr_from_v4(0);
	uint32_t first = 0, count = V4_HEADS;

	if (prefix->bits >= 96) {
		if (!addr_is_v4(&prefix->addr))
			return;
		first = addr_v4(&prefix->addr) >> 16;
		count = prefix->bits >= 112 ? 1 : 1u << (112 - prefix->bits);
	} else if (!prefix_has(prefix, &any_v4)) {
		return;
	}
	for (uint32_t head = first; head < first + count; head++)
		index->v4_heads[head / WORD_BITS] |= UINT64_C(1) << head % WORD_BITS;
}

static void add_lengths(struct plant_index *index, const bool occurs[LENGTHS_MAX])
{
	struct addr ones;

	memset(&ones, 0xff, sizeof(ones));
	for (unsigned bits = LENGTHS_MAX; bits-- > 0;) {
		if (!occurs[bits])
			continue;
		struct addr mask = addr_mask(&ones, bits);
		index->lengths[index->length_count] = (uint8_t)bits;
		index->masks[index->length_count++] = words_of(&mask);
	}
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct plant *plant = context;

	return strcmp(plant->sensors[*(const uint16_t *)a].name,
		plant->sensors[*(const uint16_t *)b].name);
}

/* Half of the slots stay empty, so that a probe ends soon. */
static struct plant_index *new_index(size_t prefixes, size_t sensors)
{
	struct plant_index *index = calloc(1, sizeof(*index));
	size_t slots = 2;

	if (!index)
		return NULL;
	while (slots < prefixes * 2)
		slots *= 2;
	index->mask = slots - 1;
	index->slots = calloc(slots, sizeof(*index->slots));
	index->by_name = calloc(sensors + 1, sizeof(*index->by_name));
	if (index->slots && index->by_name)
		return index;
	plant_index_free(index);
	return NULL;
}

int plant_index(struct plant *plant, struct err *e)
{
	bool occurs[LENGTHS_MAX] = {0};
	size_t prefixes = 0;

	for (size_t i = 0; i < plant->count; i++)
		prefixes += plant->sensors[i].prefix_count;
	struct plant_index *index = new_index(prefixes, plant->count);
	if (!index)
		return plant_no_memory(e);
	for (size_t i = 0; i < plant->count; i++) {
		const struct sensor *s = &plant->sensors[i];

		index->by_name[i] = (uint16_t)i;
		for (size_t j = 0; j < s->prefix_count; j++) {
			add_prefix(index, &s->prefixes[j], i);
			add_v4_heads(index, &s->prefixes[j]);
			occurs[s->prefixes[j].bits] = true;
		}
	}
	add_lengths(index, occurs);
	qsort_r(index->by_name, plant->count, sizeof(*index->by_name), compare_names, plant);
	plant_index_free(plant->index);
	plant->index = index;
	return 0;
}

static inline bool is_apart(const struct plant_index *index, const struct addr *a)
{
	if (!addr_is_v4(a))
		return false;
	uint32_t head = addr_v4(a) >> 16;
	return !(index->v4_heads[head / WORD_BITS] >> head % WORD_BITS & 1);
}

int plant_find(const struct plant *plant, const struct addr *a)
{
	const struct plant_index *index = plant->index;
	struct words address = words_of(a);

	if (!index || is_apart(index, a))
		return -1;
	for (size_t i = 0; i < index->length_count; i++) {
		struct words network = {
			address.a & index->masks[i].a, address.b & index->masks[i].b};
		const struct slot *slot = find_slot(index, network, index->lengths[i]);

		if (slot->used)
			return slot->sensor;
	}
	return -1;
}

/* Before plant_index() there is only the walk. */
static int walk_to(const struct plant *plant, const char *name)
{
	for (size_t i = 0; i < plant->count; i++)
		if (strcmp(plant->sensors[i].name, name) == 0)
			return (int)i;
	return -1;
}

int plant_named(const struct plant *plant, const char *name)
{
	size_t low = 0, high = plant->count;

	if (!plant->index)
		return walk_to(plant, name);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int sensor = plant->index->by_name[middle];
		int order = strcmp(plant->sensors[sensor].name, name);

		if (order == 0)
			return sensor;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}
