#include "geo/names.h"

#include <errno.h>

/* The slot of a number: its own, or the empty one where it belongs. */
static size_t slot_of(const struct as_name *slots, size_t size, uint32_t asn)
{
	size_t mask = size - 1;
	size_t slot = (asn * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & mask;

	for (size_t i = 0; i < size && slots[slot].asn && slots[slot].asn != asn; i++)
		slot = (slot + 1) & mask;
	return slot;
}

static int grow(struct as_names *n)
{
	struct as_names wider = {.size = n->size ? n->size * 2 : 1024};

	wider.slots = calloc(wider.size, sizeof(*wider.slots));
	if (!wider.slots)
		return -ENOMEM;
	for (size_t i = 0; i < n->size; i++)
		if (n->slots[i].asn)
			wider.slots[slot_of(wider.slots, wider.size, n->slots[i].asn)] =
				n->slots[i];
	free(n->slots);
	n->slots = wider.slots;
	n->size = wider.size;
	return 0;
}

int as_names_add(struct as_names *n, uint32_t asn, const char *name, size_t len)
{
	if (asn == 0 || len == 0)
		return 0;
	if (n->count >= n->size / 2) {
		int ret = grow(n);
		if (ret < 0)
			return ret;
	}
	struct as_name *slot = &n->slots[slot_of(n->slots, n->size, asn)];
	if (slot->asn)
		return 0;
	*slot = (struct as_name){.asn = asn, .at = (uint32_t)n->texts.len};
	n->count++;
	buf_add(&n->texts, name, len);
	buf_char(&n->texts, '\0');
	return n->texts.failed ? -E2BIG : 0;
}

const char *as_name_in(const struct as_name *slots, size_t size, const char *texts, uint32_t asn)
{
	if (asn == 0 || size == 0)
		return "";
	const struct as_name *slot = &slots[slot_of(slots, size, asn)];
	return slot->asn == asn ? texts + slot->at : "";
}

void as_names_done(struct as_names *n)
{
	free(n->slots);
	buf_done(&n->texts);
	*n = (struct as_names){0};
}
