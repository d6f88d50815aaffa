#include "analysis/candidate.h"

#include <string.h>

#include "analysis/expr_tree.h"
#include "base/base.h"

static const struct {
	enum dimension dimension;
	const char *key;
} candidates[] = {
	{DIMENSION_tool, "zmap"},
	{DIMENSION_tool, "masscan"},
	{DIMENSION_tag, "zmap-syn"},
	{DIMENSION_tag, "masscan-syn"},
};

bool is_candidate(enum dimension d, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
		if (candidates[i].dimension == d && strcmp(candidates[i].key, key) == 0)
			return true;
	return false;
}

static bool test_asks(const struct expr *test)
{
	if (test->subject != SUBJECT_tool && test->subject != SUBJECT_tag)
		return false;
	for (size_t i = 0; i < test->value_count; i++) {
		AUTO(buf_done) struct buf key = {0};

		value_print(test->subject, &test->values[i], &key);
		if (is_candidate((enum dimension)test->subject, buf_str(&key)))
			return true;
	}
	return false;
}

bool expr_asks_candidates(const struct expr *x)
{
	bool asks = x && x->op == EXPR_TEST && test_asks(x);

	for (size_t i = 0; x && !asks && i < x->item_count; i++)
		asks = expr_asks_candidates(x->items[i]);
	return asks;
}
