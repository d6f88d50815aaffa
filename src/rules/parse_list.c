/* The list syntax that addresses and ports share: a, !a, $NAME, [a,!b,[c,d]]. */
#include "rules/parse_list.h"

#include <string.h>

enum { DEPTH_MAX = 16, LIST_TEXT_MAX = 1 << 20 };

/* One element, or a list in brackets. text is changed. */
static bool walk(const struct list_walk *w, char *text, bool not, int depth);

/* Where the bracket that opens at text closes; NULL: nowhere. */
static char *closing(char *text)
{
	int open = 0;

	for (; *text; text++) {
		open += *text == '[';
		open -= *text == ']';
		if (open == 0)
			return text;
	}
	return NULL;
}

/* The end of the element that starts at text: the next comma outside brackets, or the end. */
static char *element_end(char *text)
{
	int open = 0;

	for (; *text && (open > 0 || *text != ','); text++) {
		open += *text == '[';
		open -= *text == ']';
	}
	return text;
}

static bool walk_elements(const struct list_walk *w, char *text, bool not, int depth)
{
	for (bool more = true; more;) {
		char *end = element_end(text), *next = end + 1;
		more = *end == ',';
		*end = '\0';
		if (!*trim(text))
			return malformed(w->b, TR("an empty element in a list of %s", "%s の一覧に空の要素があります"), w->what);
		if (!walk(w, text, not, depth))
			return false;
		text = next;
	}
	return true;
}

static bool walk_variable(const struct list_walk *w, const char *name, bool not, int depth)
{
	const char *value = names_get(&w->b->load->variables, name);

	if (!value)
		return malformed(w->b, TR("there is no variable $%s", "変数 $%s はありません"), name);
	AUTO(free) char *copy = strdup(value);
	return copy ? walk(w, copy, not, depth) : no_memory(w->b);
}

static bool walk(const struct list_walk *w, char *text, bool not, int depth)
{
	text = trim(text);
	if (depth > DEPTH_MAX)
		return malformed(w->b, TR("%s: lists or variables more than %d deep", "%s: 一覧か変数の入れ子が %d 段を超えています"), w->what, DEPTH_MAX);
	if (*text == '!') {
		text = trim(text + 1);
		not = !not;
	}
	if (*text == '$')
		return walk_variable(w, text + 1, not, depth + 1);
	if (*text != '[')
		return w->element(w->b, text, not, w->into);
	char *end = closing(text);
	if (!end || *trim(end + 1))
		return malformed(w->b, TR("%s: a bracket that is not closed, or something behind it", "%s: 閉じていない括弧か、括弧の後の余分な文字があります"), w->what);
	*end = '\0';
	return walk_elements(w, text + 1, not, depth + 1);
}

bool list_walk(const struct list_walk *w, const char *text)
{
	if (strlen(text) > LIST_TEXT_MAX)
		return malformed(w->b, TR("a list of %s of more than %d bytes", "%s の一覧が %d バイトを超えています"), w->what, LIST_TEXT_MAX);
	AUTO(free) char *copy = strdup(text);
	return copy ? walk(w, copy, false, 0) : no_memory(w->b);
}
