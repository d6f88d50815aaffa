#include "store/tsv.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

static size_t count_of(const struct buf *text, char c)
{
	const char *end = text->data + text->len;
	size_t n = 0;

	for (const char *at = text->data; (at = memchr(at, c, (size_t)(end - at))); at++)
		n++;
	return n;
}

static char unescaped(char c)
{
	switch (c) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case '0':
		return '\0';
	default:
		return c;
	}
}

/* Unescapes [from, to) in place and terminates it; NULL for \N. */
static char *finish_cell(char *from, char *to)
{
	char *out = from;

	if (to - from == 2 && memcmp(from, "\\N", 2) == 0)
		return NULL;
	for (char *at = from; at < to; at++) {
		if (*at == '\\' && at + 1 < to)
			*out++ = unescaped(*++at);
		else
			*out++ = *at;
	}
	*out = '\0';
	return from;
}

/* All cells are there: the count of separators said so. A row that ends early or late shows at its
 * separator. */
static bool cut(char *at, const struct result *r)
{
	for (size_t row = 0; row < r->rows; row++)
		for (size_t column = 0; column < r->columns; column++) {
			char *end = at + strcspn(at, "\t\n");
			char expected = column + 1 < r->columns ? '\t' : '\n';

			if (*end != expected)
				return false;
			r->cells[row * r->columns + column] = finish_cell(at, end);
			at = end + 1;
		}
	return true;
}

int tsv_take(struct buf *text, struct result *ret, struct err *e)
{
	*ret = (struct result){0};
	if (text->len == 0)
		return 0;
	size_t rows = count_of(text, '\n'), tabs = count_of(text, '\t');
	if (rows == 0 || text->data[text->len - 1] != '\n' || tabs % rows != 0 ||
		memchr(text->data, '\0', text->len))
		return err_set(e, EPROTO,
			TR("the database's answer is no table",
				"データベースの応答が表になっていません"));
	struct result r = {.rows = rows, .columns = tabs / rows + 1};
	r.cells = calloc(r.rows * r.columns, sizeof(*r.cells));
	if (!r.cells)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	r.memory = TAKE(text->data);
	*text = (struct buf){0};
	*ret = r;
	if (cut(r.memory, &r))
		return 0;
	result_done(ret);
	return err_set(e, EPROTO,
		TR("the database's answer is no table", "データベースの応答が表になっていません"));
}

void tsv_add(struct buf *b, const char *cell)
{
	for (; *cell; cell++) {
		if (*cell == '\\')
			buf_text(b, "\\\\");
		else if (*cell == '\t')
			buf_text(b, "\\t");
		else if (*cell == '\n')
			buf_text(b, "\\n");
		else
			buf_char(b, *cell);
	}
}
