/* How long a buffer is: isdataat, bsize, urilen, absent. */
#include "rules/parse.h"

#include <string.h>

PARSER(isdataat)
{
	bool not = *value == '!', relative = false;
	char *rest = value + not, *number = part_next(&rest, ',');
	struct amount at;

	while (rest) {
		char *word = part_next(&rest, ',');
		if (strcmp(word, "relative") == 0)
			relative = true;
		else if (strcmp(word, "rawbytes") != 0)
			return malformed(b, TR("isdataat: \"%.30s\" is not known", "isdataat:「%.30s」は使えません"), word);
	}
	if (!amount_parse(b, number, 0, UINT16_MAX, &at))
		return false;
	struct item *item = item_add(b, ITEM_DATA_AT, relative);
	if (!item)
		return false;
	item->not = not;
	item->at = at;
	return true;
}

static bool size_add(struct builder *b, struct list *list, const char *text)
{
	struct number_range *range = pool_alloc(b->pool, sizeof(*range));

	if (!range)
		return no_memory(b);
	if (!range_parse(b, text, UINT32_MAX, range))
		return false;
	struct item *item = item_add_to(b, list, ITEM_SIZE, false);
	if (!item)
		return false;
	item->size = range;
	return true;
}

PARSER(bsize)
{
	if (b->sticky < 0)
		return malformed(b, TR("bsize stands behind a sticky buffer", "bsize はバッファーの後に書きます"));
	return size_add(b, &b->lists[b->sticky], value);
}

/* Suricata measures the normalised URI unless told otherwise, Snort the raw one. */
PARSER(urilen)
{
	char *word = value, *number = part_next(&word, ',');
	bool raw = b->dialect == RULES_SNORT;
	char inclusive[64];

	if (word) {
		word = trim(word);
		if (strcmp(word, "raw") != 0 && strcmp(word, "norm") != 0)
			return malformed(b, TR("urilen: \"raw\" or \"norm\" behind the comma", "urilen: コンマの後は「raw」か「norm」です"));
		raw = strcmp(word, "raw") == 0;
	}
	struct place before = b->newest;
	struct list *list = list_of(b, raw ? BUFFER_http_uri_raw : BUFFER_http_uri);
	/* Snort's range has its ends. */
	char *pair = b->dialect == RULES_SNORT ? strstr(number, "<>") : NULL;
	uint64_t low, high;
	if (pair) {
		*pair = '\0';
		if (!text_number(trim(number), UINT16_MAX, &low) || !text_number(trim(pair + 2), UINT16_MAX, &high) || low == 0)
			return malformed(b, TR("urilen: two numbers with <> between them", "urilen: <> をはさんだ二つの数値です"));
		snprintf(inclusive, sizeof(inclusive), "%llu<>%llu", (unsigned long long)low - 1, (unsigned long long)high + 1);
		number = inclusive;
	}
	if (!list || !size_add(b, list, number))
		return false;
	b->newest = before; /* nothing can be relative to it */
	return true;
}

PARSER(absent)
{
	if (b->sticky < 0 || !b->fresh)
		return malformed(b, TR("absent stands directly behind a sticky buffer", "absent はバッファーの直後に書きます"));
	if (value && strcmp(value, "or_else") != 0)
		return malformed(b, TR("absent: \"or_else\" or nothing", "absent の値は「or_else」だけです"));
	struct item *item = item_add(b, ITEM_ABSENT, false);
	if (!item)
		return false;
	item->not = value != NULL; /* or else what follows */
	return true;
}
