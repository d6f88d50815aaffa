/* Lists of addresses to sorted ranges. */
#include "rules/parse_list.h"

#include <string.h>

struct ranges {
	struct address_range *list;
	size_t count;
};

struct both {
	struct ranges yes, no;
};

static const struct addr lowest = {{0}};
static const struct addr highest = {{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};

static int compare_addr(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

static int compare_range(const void *a, const void *b)
{
	const struct address_range *x = a, *y = b;

	return compare_addr(&x->low, &y->low);
}

/* The address after a; the highest stays. */
static struct addr next_addr(struct addr a)
{
	if (compare_addr(&a, &highest) == 0)
		return a;
	for (int i = 15; i >= 0 && ++a.b[i] == 0; i--)
		;
	return a;
}

/* Sorts, and joins what overlaps or touches. */
static void ranges_join(struct ranges *r)
{
	size_t kept = 0;

	if (r->count == 0)
		return;
	qsort(r->list, r->count, sizeof(*r->list), compare_range);
	for (size_t i = 1; i < r->count; i++) {
		struct address_range *last = &r->list[kept];
		struct addr next = next_addr(last->high);
		if (compare_addr(&r->list[i].low, &next) > 0)
			r->list[++kept] = r->list[i];
		else if (compare_addr(&r->list[i].high, &last->high) > 0)
			last->high = r->list[i].high;
	}
	r->count = kept + 1;
}

/* ::/0 and its like are IPv6: the mapped IPv4 addresses between are left out, as in Suricata. False: they do not lie within. */
static bool split_around_v4(const struct address_range *r, struct address_range *ret_above, struct address_range *ret_below)
{
	const struct addr first = addr_from_v4(0), last = addr_from_v4(UINT32_MAX);
	const struct addr before = {{[10] = 0xff, [11] = 0xfe, [12] = 0xff, [13] = 0xff, [14] = 0xff, [15] = 0xff}};

	if (compare_addr(&r->low, &first) >= 0 || compare_addr(&r->high, &last) <= 0)
		return false;
	*ret_below = (struct address_range){r->low, before};
	*ret_above = (struct address_range){next_addr(last), r->high};
	return true;
}

static bool range_of_prefix(const char *text, struct address_range *ret)
{
	struct prefix p;

	if (!prefix_parse(text, true, &p))
		return false;
	ret->low = ret->high = p.addr;
	for (unsigned bit = p.bits; bit < 128; bit++)
		ret->high.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return true;
}

/* The length of a netmask like 255.255.0.0; -1: it is none. */
static int netmask_bits(const char *text)
{
	struct addr a;

	if (!addr_parse(text, &a) || !addr_is_v4(&a))
		return -1;
	uint32_t inverse = ~addr_v4(&a);
	if (inverse & (inverse + 1))
		return -1;
	return 32 - __builtin_popcount(inverse);
}

static bool range_of_netmask(char *text, struct address_range *ret)
{
	char prefix[ADDR_TEXT_SIZE], *slash = strchr(text, '/');
	int bits = slash ? netmask_bits(slash + 1) : -1;

	if (bits < 0 || slash - text > 40)
		return false;
	snprintf(prefix, sizeof(prefix), "%.*s/%d", (int)(slash - text), text, bits);
	return range_of_prefix(prefix, ret);
}

static bool range_of_pair(char *text, struct address_range *ret)
{
	char *dash = strchr(text, '-');

	if (!dash)
		return false;
	*dash = '\0';
	bool good = addr_parse(trim(text), &ret->low) && addr_parse(trim(dash + 1), &ret->high) &&
		    addr_is_v4(&ret->low) == addr_is_v4(&ret->high) && compare_addr(&ret->low, &ret->high) <= 0;
	*dash = '-';
	return good;
}

static bool element(struct builder *b, char *text, bool not, void *into)
{
	struct both *both = into;
	struct ranges *to = not ? &both->no : &both->yes;
	struct address_range *r = pool_add(b->pool, &to->list, &to->count);

	if (!r)
		return no_memory(b);
	if (strcmp(text, "any") == 0) {
		*r = (struct address_range){lowest, highest};
		return not ? malformed(b, TR("\"!any\" leaves no address", "「!any」ではアドレスが残りません")) : true;
	}
	if (range_of_prefix(text, r)) {
		struct address_range above, below;

		if (!split_around_v4(r, &above, &below))
			return true;
		*r = below;
		r = pool_add(b->pool, &to->list, &to->count);
		return r ? (*r = above, true) : no_memory(b);
	}
	if (range_of_netmask(text, r) || range_of_pair(text, r))
		return true;
	return malformed(b, TR("\"%.60s\" is no address, prefix or range of addresses", "「%.60s」はアドレス、プレフィックス、アドレスの範囲のいずれでもありません"), text);
}

/* Whether one of the no-ranges (joined) holds the whole range. */
static bool is_taken(const struct ranges *no, const struct address_range *r)
{
	for (size_t i = 0; i < no->count; i++)
		if (compare_addr(&no->list[i].low, &r->low) <= 0 && compare_addr(&no->list[i].high, &r->high) >= 0)
			return true;
	return false;
}

static bool leaves_something(const struct both *both)
{
	const struct address_range all = {lowest, highest};

	for (size_t i = 0; i < both->yes.count; i++)
		if (!is_taken(&both->no, &both->yes.list[i]))
			return true;
	return both->yes.count == 0 && !is_taken(&both->no, &all);
}

static bool is_everything(const struct both *both)
{
	const struct address_range *r = both->yes.list;

	return both->no.count == 0 && both->yes.count == 1 && compare_addr(&r->low, &lowest) == 0 &&
	       compare_addr(&r->high, &highest) == 0;
}

static const struct addresses *addresses_make(struct builder *b, const char *text)
{
	struct both both = {0};
	const struct list_walk walk = {.b = b, .what = TR("addresses", "アドレス"), .element = element, .into = &both};

	if (!list_walk(&walk, text))
		return NULL;
	ranges_join(&both.yes);
	ranges_join(&both.no);
	if (!leaves_something(&both)) {
		malformed(b, TR("the addresses \"%.60s\" exclude all that they name", "アドレス「%.60s」は、挙げたものをすべて除いています"), text);
		return NULL;
	}
	struct addresses *a = pool_alloc(b->pool, sizeof(*a));
	if (!a) {
		no_memory(b);
		return NULL;
	}
	*a = (struct addresses){.yes = both.yes.list, .no = both.no.list, .yes_count = (uint32_t)both.yes.count,
		.no_count = (uint32_t)both.no.count, .any = is_everything(&both)};
	return a;
}

bool addresses_parse(struct builder *b, const char *text, const struct addresses **ret)
{
	*ret = names_get(&b->load->addresses, text);
	if (*ret)
		return true;
	*ret = addresses_make(b, text);
	if (!*ret)
		return false;
	return names_put(&b->load->addresses, b->pool, text, (void *)*ret) || no_memory(b);
}
