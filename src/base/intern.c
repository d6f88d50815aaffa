#include "base/intern.h"

#include <assert.h>
#include <string.h>

struct intern {
	char *bytes;
	size_t bytes_used, bytes_max;
	uint32_t *offsets; /* of each text */
	size_t count, max;
	uint16_t *slots; /* open addressing: number plus 1, 0 is empty */
	size_t slot_mask;
};

struct intern *intern_new(size_t texts, size_t bytes)
{
	AUTO(intern_free) struct intern *t = calloc(1, sizeof(*t));
	size_t slots = 2;

	assert(texts > 0 && texts < INTERN_FULL && bytes > 0 && bytes <= UINT32_MAX);
	if (!t)
		return NULL;
	while (slots < 2 * texts)
		slots *= 2;
	t->max = texts;
	t->bytes_max = bytes;
	t->slot_mask = slots - 1;
	t->bytes = calloc(bytes, 1);
	t->offsets = calloc(texts, sizeof(*t->offsets));
	t->slots = calloc(slots, sizeof(*t->slots));
	if (!t->bytes || !t->offsets || !t->slots)
		return NULL;
	intern_add(t, "", 0);
	return TAKE(t);
}

void intern_free(struct intern *t)
{
	if (!t)
		return;
	free(t->bytes);
	free(t->offsets);
	free(t->slots);
	free(t);
}

/* FNV-1a. Who chooses texts that collide makes a bounded table slow, no more. */
static size_t hash(const char *text, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

static bool is_text(const struct intern *t, uint16_t number, const char *text, size_t len)
{
	const char *there = intern_text(t, number);

	return memcmp(there, text, len) == 0 && there[len] == '\0';
}

/* Where the text stands, or the empty slot where it belongs. No longer text than the table is compared. */
static uint16_t *slot_of(const struct intern *t, const char *text, size_t len)
{
	size_t slot = hash(text, len) & t->slot_mask;

	while (t->slots[slot]) {
		uint16_t number = t->slots[slot] - 1;

		if (t->offsets[number] + len < t->bytes_max && is_text(t, number, text, len))
			break;
		slot = (slot + 1) & t->slot_mask;
	}
	return &t->slots[slot];
}

uint16_t intern_add(struct intern *t, const char *text, size_t len)
{
	uint16_t *slot = slot_of(t, text, len);

	if (*slot)
		return *slot - 1;
	if (t->count == t->max || t->bytes_max - t->bytes_used <= len)
		return INTERN_FULL;
	memcpy(t->bytes + t->bytes_used, text, len); /* the byte after it is 0 */
	t->offsets[t->count] = (uint32_t)t->bytes_used;
	t->bytes_used += len + 1;
	*slot = (uint16_t)++t->count;
	return *slot - 1;
}

uint16_t intern_find(const struct intern *t, const char *text, size_t len)
{
	uint16_t slot = *slot_of(t, text, len);

	return slot ? slot - 1 : INTERN_FULL;
}

const char *intern_text(const struct intern *t, uint16_t number)
{
	assert(number < t->max);
	return t->bytes + t->offsets[number];
}

size_t intern_count(const struct intern *t)
{
	return t->count;
}
