#include "analysis/subject.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 48 };

/* Edits (insert, delete, replace a byte) from a to b, both at most WORD_MAX long (Wagner and
 * Fischer, J. ACM 21, 1974). */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1];
	size_t width = strlen(b);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0]++;
		for (size_t j = 0; j < width; j++) {
			size_t replaced = diagonal + (tolower((unsigned char)a[i]) !=
							     tolower((unsigned char)b[j]));
			size_t moved = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;

			diagonal = row[j + 1];
			row[j + 1] = replaced < moved ? replaced : moved;
		}
	}
	return row[width];
}

const char *nearest_name(const char *word, const char *const names[], size_t count)
{
	const char *nearest = NULL;
	size_t best =
		strlen(word) / 3 + 2; /* fewer edits than that; at least one, more for long words */

	if (strlen(word) > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) > WORD_MAX)
			continue;
		size_t distance = edit_distance(word, names[i]);
		if (distance < best && distance < strlen(names[i])) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
