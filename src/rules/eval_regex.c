/* pcre: its places, while what stands behind it needs another one. */
#include "rules/eval.h"
#include "rules/regex.h"

/* Searches at `in` behind pos; the limit counts as not found. */
static bool search(const struct item *item, struct look *look, struct bytes in, size_t from, size_t *start, size_t *end)
{
	if (from > in.len)
		return false;
	int found = regex_search(item->regex, look->s->regex, in, from, start, end);
	look->s->limits.pcre += found < 0;
	return found > 0;
}

struct outcome regex_match(const struct list *list, size_t at, struct look *look, struct bytes in, size_t pos)
{
	const struct item *item = &list->items[at];
	size_t base = item->relative ? pos : 0, start = 0, end;
	struct outcome no = {false, item->depends};
	struct bytes rest = bytes_from(in, base);

	if (base > in.len)
		return no;
	if (item->not)
		return search(item, look, rest, 0, &start, &end) ? no : items_match(list, at + 1, look, in, pos);
	for (size_t from = 0; search(item, look, rest, from, &start, &end); from = start + 1) {
		if (!step_allowed(look))
			return (struct outcome){false, 0};
		struct outcome behind = items_match(list, at + 1, look, in, base + end);
		if (behind.yes || !(behind.blame & item_bit(at)))
			return behind;
		no.blame |= behind.blame & ~item_bit(at);
	}
	return no;
}
