#include "analysis/number_text.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A double carries 15 decimal digits surely; the 16th and 17th are its binary remainder. */
enum {
	DIGITS = 15,
	ZEROS = NUMBER_DECIMALS_MAX + 1,
	ROW_SIZE = ZEROS + DIGITS + NUMBER_DECIMALS_MAX + 1
};
_Static_assert(sizeof("± 1000000000000000.") + NUMBER_DECIMALS_MAX <= NUMBER_TEXT_SIZE,
	"the longest number fits");

/* Adds one in the last place of a row of digits that begins with a zero. */
static void digits_increment(char *row, size_t count)
{
	while (row[--count] == '9')
		row[count] = '0';
	row[count]++;
}

/* The digits of |value| times 10^decimals, rounded half up, without leading zeros but at least
 * decimals + 1 of them: the last part of row, which holds ROW_SIZE. */
static const char *rounded_digits(double value, int decimals, char *row)
{
	char text[DIGITS + 16];
	char *digits =
		row + ZEROS; /* digits[-1] and before are zeros: room for a carry and for "0.00" */

	snprintf(text, sizeof(text), "%.*e", DIGITS - 1, fabs(value)); /* d.dddddddddddddde[+-]xx */
	long exponent = strtol(strchr(text, 'e') + 1, NULL, 10);
	long wanted = exponent + 1 + decimals; /* how many of the significant digits are kept */

	text[1] = text[0]; /* the digits now stand without the point, from text + 1 */
	memset(row, '0', ZEROS);
	for (long i = 0; i < wanted; i++)
		digits[i] = i < DIGITS ? text[1 + i] : '0';
	if (wanted < 0)
		wanted = 0;
	else if (wanted < DIGITS && text[1 + wanted] >= '5')
		digits_increment(row, (size_t)(ZEROS + wanted));
	digits[wanted] = '\0';

	const char *first = row + strspn(row, "0");
	const char *shortest = digits + wanted - (decimals + 1);
	return first < shortest ? first : shortest;
}

static const char *print_number(double value, int decimals, const char *const signs[3], char *out)
{
	char row[ROW_SIZE];

	assert(decimals >= 0 && decimals <= NUMBER_DECIMALS_MAX);
	if (!isfinite(value) || fabs(value) >= 1e15) {
		snprintf(out, NUMBER_TEXT_SIZE, "-");
		return out;
	}
	const char *digits = rounded_digits(value, decimals, row);
	bool is_zero = digits[strspn(digits, "0")] == '\0';
	const char *sign = signs[is_zero ? 1 : value < 0 ? 0 : 2];
	int whole = (int)strlen(digits) - decimals;
	snprintf(out, NUMBER_TEXT_SIZE, "%s%.*s%s%s", sign, whole, digits, decimals ? "." : "",
		digits + whole);
	return out;
}

const char *number_half_up(double value, int decimals, char out[NUMBER_TEXT_SIZE])
{
	static const char *const signs[3] = {"-", "", ""};

	return print_number(value, decimals, signs, out);
}

const char *number_half_up_signed(double value, int decimals, char out[NUMBER_TEXT_SIZE])
{
	static const char *const signs[3] = {"- ", "± ", "+ "};

	return print_number(value, decimals, signs, out);
}
