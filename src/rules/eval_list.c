/* The items of a list, one after the other, with a way back. */
#include "rules/eval.h"

/* n < the bytes that are left: absolute n < len; behind something, Suricata asks whether byte pos + n - 1 is there, Snort
 * whether pos + n is. */
static bool data_is_at(const struct item *item, const struct look *look, size_t len, size_t pos)
{
	uint64_t n = item->at.var == VAR_NONE ? (uint64_t)item->at.value : look->vars[item->at.var];
	bool there;

	if (n > UINT32_MAX)
		there = false;
	else if (!item->relative)
		there = n < len;
	else
		there = look->snort ? pos + n < len : pos + n <= len;
	return there != item->not;
}

static bool base64_matches(const struct item *item, struct look *look, struct bytes in, size_t pos)
{
	const struct base64_step *step = item->base64;
	struct scratch *to = &look->s->transformed;
	size_t from = (item->relative ? pos : 0) + step->offset, start = to->used, before = to->used;

	if (from >= in.len)
		return false;
	in = bytes_from(in, from);
	if (step->bytes.set)
		in = bytes_part(in, 0, (size_t)amount_value(&step->bytes, look));
	bool matches = base64_decode(in, BASE64_RFC4648, to) > 0 &&
		       (!step->then || items_match(step->then, 0, look, scratch_since(to, start), 0).yes);
	to->used = before;
	return matches;
}

/* Items that hold at one place or not at all. */
static bool plain_matches(const struct item *item, struct look *look, struct bytes in, size_t *pos)
{
	switch (item->kind) {
	case ITEM_DATA_AT:
		return data_is_at(item, look, in.len, *pos);
	case ITEM_SIZE:
		return number_in(item->size, in.len);
	case ITEM_BASE64:
		return base64_matches(item, look, in, *pos);
	case ITEM_ABSENT:
		return item->not; /* "or else": the buffer is there, so what follows decides */
	default:
		return byte_item_matches(item, look, in, pos);
	}
}

struct outcome items_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos)
{
	for (; at < list->item_count; at++) {
		const struct item *item = &list->items[at];
		if (item->kind == ITEM_CONTENT)
			return content_match(list, at, look, in, pos);
		if (item->kind == ITEM_REGEX)
			return regex_match(list, at, look, in, pos);
		if (!plain_matches(item, look, in, &pos))
			return (struct outcome){false, item->depends};
	}
	return (struct outcome){.yes = true};
}

static bool instance_matches(const struct list *list, struct look *look, struct bytes in)
{
	struct scratch *transformed = &look->s->transformed;

	transformed->used = 0;
	if (list->transform_count > 0 && !transforms_apply(list, look, in, &in))
		return false;
	return items_match(list, 0, look, in, 0).yes;
}

bool buffer_get(const struct list *list, struct look *look, size_t index, struct bytes *ret)
{
	switch (buffer_kinds[list->buffer].home) {
	case HOME_PAYLOAD:
		*ret = look->unit->data;
		return index == 0;
	case HOME_HEADER:
		return index == 0 && look->unit->packet && header_buffer(look->unit->packet, list->buffer, ret);
	case HOME_BASE64:
		return false; /* judged behind its base64_decode */
	default:
		return look->app && app_buffer(look->app, list->buffer, index, &look->s->bytes, ret);
	}
}

bool list_matches(const struct list *list, struct look *look)
{
	struct bytes in;
	size_t index = 0;

	for (; buffer_get(list, look, index, &in); index++)
		if (instance_matches(list, look, in))
			return true;
	/* `absent` holds where there is no instance at all. */
	return index == 0 && list->items[0].kind == ITEM_ABSENT;
}
