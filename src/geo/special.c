#include "geo/special.h"

#include "decode/special.h"

struct stretch {
	__uint128_t first, last;
};

#define V6(high) ((__uint128_t)UINT64_C(high) << 64)
/* Everything from the first address of one /64 to the last of another. */
#define SPAN6(first, last)                                                                         \
	{                                                                                          \
		V6(first), V6(last) | UINT64_MAX                                                   \
	}

static const struct stretch special_v4[] = {
#define X(first, last) {first, last},
	SPECIAL_V4(X)
#undef X
};

/* Global unicast is 2000::/3 (RFC 4291 2.4), without the documentation prefixes
 * (RFC 3849, RFC 9637). */
static const struct stretch special_v6[] = {
	SPAN6(0x0000000000000000, 0x1fffffffffffffff),
	SPAN6(0x20010db800000000, 0x20010db8ffffffff),
	SPAN6(0x3fff000000000000, 0x3fff0fffffffffff),
	SPAN6(0x4000000000000000, 0xffffffffffffffff),
};

struct stretches {
	const struct stretch *items;
	size_t count;
	size_t next; /* the first that can still touch the range */
};

/* Adds what of a range lies outside all of them. Ranges come in order. */
static int add_outside(
	struct step_list *list, struct stretches *special, struct stretch range, uint32_t value)
{
	while (special->next < special->count && special->items[special->next].last < range.first)
		special->next++;
	for (size_t i = special->next; i < special->count && special->items[i].first <= range.last;
		i++) {
		const struct stretch *s = &special->items[i];

		if (range.first < s->first) {
			int ret = step_add(list, range.first, s->first - 1, value);
			if (ret < 0)
				return ret;
		}
		if (range.last <= s->last)
			return 0;
		range.first = s->last + 1;
	}
	return step_add(list, range.first, range.last, value);
}

static int remove_from(const struct step_list *from, struct stretches special, __uint128_t highest,
	struct step_list *ret)
{
	for (size_t i = 0; i < from->count; i++) {
		struct stretch range = {from->items[i].from, highest};

		if (from->items[i].value == 0)
			continue;
		if (i + 1 < from->count)
			range.last = from->items[i + 1].from - 1;
		int status = add_outside(ret, &special, range, from->items[i].value);
		if (status < 0)
			return status;
	}
	return 0;
}

int special_remove(const struct step_lists *from, struct step_lists *ret)
{
	struct stretches v4 = {special_v4, ARRAY_SIZE(special_v4), 0};
	struct stretches v6 = {special_v6, ARRAY_SIZE(special_v6), 0};
	int status = remove_from(&from->v4, v4, UINT32_MAX, &ret->v4);

	return status < 0 ? status : remove_from(&from->v6, v6, ~(__uint128_t)0, &ret->v6);
}
