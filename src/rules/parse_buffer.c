/* Sticky buffers, the older modifiers behind a content, and base64. */
#include "rules/parse.h"

#include <string.h>

bool parse_sticky(struct builder *b, enum buffer buffer)
{
	struct list *list = list_of(b, buffer);

	if (!list)
		return false;
	b->sticky = (int)(list - b->lists);
	b->fresh = list->item_count == 0;
	return true;
}

bool parse_modifier(struct builder *b, enum buffer buffer)
{
	if (!content_newest(b, buffer_kinds[buffer].older))
		return false;
	return content_move(b, buffer);
}

PARSER(pkt_data)
{
	b->sticky = -1;
	b->newest.list = -1;
	return true;
}

/* base64_decode:[bytes n][, offset n][, relative] */
PARSER(base64_decode)
{
	struct base64_step *step = pool_alloc(b->pool, sizeof(*step));
	bool relative = false;
	uint64_t offset = 0;

	if (!step)
		return no_memory(b);
	step->bytes.var = VAR_NONE;
	for (char *rest = value; rest;) {
		char *word = part_next(&rest, ',');
		if (strncmp(word, "bytes ", 6) == 0) {
			if (!amount_parse(b, trim(word + 6), 1, UINT16_MAX, &step->bytes))
				return false;
		} else if (strncmp(word, "offset ", 7) == 0) {
			if (!text_number(trim(word + 7), UINT16_MAX, &offset))
				return malformed(b, TR("base64_decode: \"%.20s\" is no offset", "base64_decode:「%.20s」は位置ではありません"), word + 7);
		} else if (strcmp(word, "relative") == 0) {
			relative = true;
		} else {
			return malformed(b, TR("base64_decode: \"%.20s\" is not known", "base64_decode:「%.20s」は使えません"), word);
		}
	}
	step->offset = (uint32_t)offset;
	struct item *item = item_add(b, ITEM_BASE64, relative);
	if (!item)
		return false;
	item->base64 = step;
	b->newest_base64 = b->newest;
	return true;
}

/* Sticky: what the newest base64_decode made. */
PARSER(base64_data)
{
	if (b->newest_base64.list < 0)
		return malformed(b, TR("base64_data stands behind a base64_decode", "base64_data は base64_decode の後に書きます"));
	return parse_sticky(b, BUFFER_base64);
}
