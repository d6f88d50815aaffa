#include "base/nearest.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { WORD_MAX = 63 };

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein distance, row by row. Both words are at most WORD_MAX long. */
static size_t edits_between(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t replaced = diagonal + (tolower((unsigned char)a[i - 1]) !=
							     tolower((unsigned char)b[j - 1]));

			diagonal = row[j];
			row[j] = min_of(replaced, min_of(row[j], row[j - 1]) + 1);
		}
	}
	return row[b_len];
}

const char *nearest(const char *word, const char *const names[])
{
	size_t len = strlen(word);
	size_t best = len / 3 + 2; /* must be beaten */
	const char *found = NULL;

	if (len > WORD_MAX)
		return NULL;
	for (size_t i = 0; names[i]; i++) {
		size_t name_len = strlen(names[i]);
		size_t edits =
			name_len > WORD_MAX ? best : edits_between(word, len, names[i], name_len);

		if (edits < best && edits < name_len) {
			best = edits;
			found = names[i];
		}
	}
	return found;
}

int refuse_key(const char *key, const char *const names[], struct err *e)
{
	const char *meant = nearest(key, names);

	if (!meant)
		return err_set(e, EINVAL, TR("unknown key \"%s\"", "キー「%s」はありません"), key);
	return err_set(e, EINVAL,
		TR("unknown key \"%s\"; did you mean \"%s\"?",
			"キー「%s」はありません（「%s」の誤りですか）"),
		key, meant);
}
