#include "analysis/expr_tree.h"

#include <errno.h>
#include <string.h>

#include "flow/detection_rows.h"
#include "observe/syn.h"

void expr_free(struct expr *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->item_count; i++)
		expr_free(x->items[i]);
	for (size_t i = 0; i < x->value_count; i++)
		value_done(x->subject, &x->values[i]);
	free(x->items);
	free(x->values);
	free(x);
}

int expr_add(struct expr *parent, struct expr *item)
{
	struct expr **items =
		reallocarray(parent->items, parent->item_count + 1, sizeof(struct expr *));

	if (!items) {
		expr_free(item);
		return -ENOMEM;
	}
	parent->items = items;
	items[parent->item_count++] = item;
	return 0;
}

static int by_value(const void *a, const void *b, void *test)
{
	return value_compare(((const struct expr *)test)->subject, a, b);
}

static bool is_prefix(enum subject s)
{
	enum value_kind kind = subject_info(s)->kind;

	return kind == VALUE_ADDRESS || kind == VALUE_NETWORK;
}

/* Whether the later value says nothing that the one before it does not. Two prefixes are apart or
 * one holds the other, which then sorts first: same address and fewer bits, or a smaller address. */
static bool is_covered(enum subject s, const struct value *before, const struct value *later)
{
	if (is_prefix(s))
		return prefix_has(&before->prefix, &later->prefix.addr);
	return value_compare(s, before, later) == 0;
}

void expr_sort_values(struct expr *test)
{
	size_t kept = 0;

	qsort_r(test->values, test->value_count, sizeof(*test->values), by_value, test);
	for (size_t i = 0; i < test->value_count; i++) {
		if (kept > 0 &&
			is_covered(test->subject, &test->values[kept - 1], &test->values[i]))
			value_done(test->subject, &test->values[i]);
		else
			test->values[kept++] = test->values[i];
	}
	test->value_count = kept;
}

/* The last value that is not greater than v; NULL when all are. */
static const struct value *find_value(const struct expr *test, const struct value *v)
{
	size_t low = 0, high = test->value_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (value_compare(test->subject, &test->values[middle], v) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &test->values[low - 1] : NULL;
}

static bool has_value(const struct expr *test, const struct value *v)
{
	const struct value *found = find_value(test, v);

	return found && is_covered(test->subject, found, v);
}

static bool has_port(uint32_t service)
{
	uint32_t protocol = service >> 16; /* with bit 24: later fragments have none */

	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;
}

/* Any of the tags; "" where there are none. */
static bool tag_matches(const struct expr *test, const struct access *a)
{
	uint16_t names[TAGS_IN_SET];
	size_t count = a->tags ? tags_of(a->labels->tags, a->tags, names) : 0;

	for (size_t i = 0; i < count; i++)
		if (has_value(test, &(struct value){.text = tags_name_text(a->labels->tags, names[i])}))
			return true;
	return count == 0 && has_value(test, &(struct value){.text = ""});
}

/* With its window or without. */
static bool syn_matches(const struct expr *test, const struct access *a)
{
	const char *opts = labels_get(a->labels, LABEL_tcp_opts, a->syn);
	char text[SYN_TEXT_SIZE + 8];

	snprintf(text, sizeof(text), "%u_%s", a->window, opts);
	return has_value(test, &(struct value){.text = opts}) ||
	       (a->syn && has_value(test, &(struct value){.text = text}));
}

/* What is asked about: an access, and maybe one of its detections. */
struct asked {
	const struct access *access;
	const struct detection *detection; /* NULL: none */
	const struct plant *plant;
};

static struct value asked_value(enum subject s, const struct asked *x)
{
	const struct detection *d = x->detection;

	if (s == SUBJECT_signature)
		return (struct value){.number = d ? (uint64_t)d->gid << 32 | d->sid : 0};
	if (s == SUBJECT_category)
		return (struct value){.number = d ? (uint64_t)(CATEGORY_FIRST + d->category) : 0};
	return value_of(s, x->access, x->plant);
}

static bool test_matches(const struct expr *test, const struct asked *x)
{
	const struct access *a = x->access;
	struct value v = asked_value(test->subject, x);

	if (test->subject == SUBJECT_port && !has_port(a->service))
		return false;
	if (test->subject == SUBJECT_tag)
		return tag_matches(test, a);
	if (test->subject == SUBJECT_tcp_opts)
		return syn_matches(test, a);
	switch (test->compare) {
	case COMPARE_IN:
		return has_value(test, &v);
	case COMPARE_LESS:
		return v.number < test->values[0].number;
	case COMPARE_LESS_EQUAL:
		return v.number <= test->values[0].number;
	case COMPARE_MORE:
		return v.number > test->values[0].number;
	case COMPARE_MORE_EQUAL:
		return v.number >= test->values[0].number;
	}
	return false;
}

static bool matches(const struct expr *x, const struct asked *asked)
{
	if (!x)
		return true;
	if (x->op == EXPR_TEST)
		return test_matches(x, asked);
	if (x->op == EXPR_NOT)
		return !matches(x->items[0], asked);
	for (size_t i = 0; i < x->item_count; i++)
		if (matches(x->items[i], asked) != (x->op == EXPR_AND))
			return x->op == EXPR_OR;
	return x->op == EXPR_AND;
}

bool expr_matches(const struct expr *x, const struct access *a, const struct plant *plant)
{
	return matches(x, &(struct asked){.access = a, .plant = plant});
}

bool expr_matches_detection(
	const struct expr *x, const struct access *a, const struct detection *d, const struct plant *plant)
{
	return matches(x, &(struct asked){a, d, plant});
}
