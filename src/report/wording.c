#include "report/wording.h"

#include "analysis/number_text.h"
#include "report/say.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* By enum change. */
static const struct {
	const char *word_en, *word_ja, *end_ja;
} words[CHANGE_COUNT] = {
	[CHANGE_UNKNOWN] = {"changed", "変化", "となった"},
	[CHANGE_FLAT] = {"were unchanged", "横ばい", "と横ばいであった"},
	[CHANGE_NEARLY_FLAT] = {"were almost unchanged", "ほぼ横ばい", "とほぼ横ばいであった"},
	[CHANGE_SLIGHT_RISE] = {"rose slightly", "やや増加", "とやや増加した"},
	[CHANGE_SLIGHT_FALL] = {"fell slightly", "やや減少", "とやや減少した"},
	[CHANGE_RISE] = {"rose", "増加", "と増加した"},
	[CHANGE_FALL] = {"fell", "減少", "と減少した"},
	[CHANGE_SHARP_RISE] = {"rose sharply", "大幅に増加", "と大幅に増加した"},
	[CHANGE_GONE] = {"almost vanished", "ほとんど見られず", "となり、ほとんど見られなかった"},
};

/* A printed value read back: what the reader sees. */
static double printed(double value, int decimals)
{
	char text[NUMBER_TEXT_SIZE];

	return strtod(number_half_up(value, decimals, text), NULL);
}

enum change change_of(const struct settings *settings, const struct measure *m)
{
	if (!has_percent(m))
		return CHANGE_UNKNOWN;
	double percent = printed(m->change_pct, 1);
	double size = fabs(percent);
	if (size < settings->word_flat)
		return CHANGE_FLAT;
	if (size < settings->word_nearly)
		return CHANGE_NEARLY_FLAT;
	if (size < settings->word_slight)
		return percent > 0 ? CHANGE_SLIGHT_RISE : CHANGE_SLIGHT_FALL;
	if (percent < 0)
		return size < settings->word_gone ? CHANGE_FALL : CHANGE_GONE;
	return size < settings->word_strong ? CHANGE_RISE : CHANGE_SHARP_RISE;
}

const char *change_word(enum change change, enum lang lang)
{
	return lang == LANG_JA ? words[change].word_ja : words[change].word_en;
}

const char *change_end(enum change change, enum lang lang)
{
	return lang == LANG_JA ? words[change].end_ja : words[change].word_en;
}

bool is_negligible(double rate)
{
	return printed(rate, 2) == 0;
}

bool has_percent(const struct measure *m)
{
	return isfinite(m->change_pct) && !is_negligible(m->previous_rate);
}

const char *print_number(struct doc *d, double value, int decimals)
{
	char text[NUMBER_TEXT_SIZE];

	return doc_copy(d, number_half_up(value, decimals, text));
}

static const char *print_signed(struct doc *d, double value, int decimals)
{
	char text[NUMBER_TEXT_SIZE];

	return doc_copy(d, number_half_up_signed(value, decimals, text));
}

/* Commas between thousands; digits may end with a fraction. */
static const char *group_thousands(struct doc *d, const char *digits)
{
	char text[64];
	size_t whole = strspn(digits, "0123456789"), at = 0;

	for (size_t i = 0; digits[i] && at + 2 < sizeof(text); i++) {
		if (i > 0 && i < whole && (whole - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return doc_copy(d, text);
}

const char *print_count(struct doc *d, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, value);
	return group_thousands(d, digits);
}

const char *print_amount(struct doc *d, double value, int decimals)
{
	char text[NUMBER_TEXT_SIZE];

	return group_thousands(d, number_half_up(value, decimals, text));
}

const char *print_rate(struct doc *d, double rate)
{
	if (rate > 0 && is_negligible(rate))
		return SAY(d, negligible);
	return SAY(d, rate, print_number(d, rate, 2));
}

const char *print_percent(struct doc *d, double percent)
{
	return doc_printf(d, "%s%%", print_signed(d, percent, 1));
}

const char *print_change(struct doc *d, const struct measure *m)
{
	const char *change = print_signed(d, m->change, 1);

	return has_percent(m) ? SAY(d, change_prose, change, print_percent(d, m->change_pct))
			      : SAY(d, change_plain, change);
}

const char *print_change_cell(struct doc *d, const struct measure *m, const char *percent)
{
	return SAY(d, change_table, percent, print_signed(d, m->change, 2));
}

const char *print_share(struct doc *d, double percent)
{
	return doc_printf(d, "%s%%", print_number(d, percent, 1));
}

const char *print_rank(struct doc *d, uint32_t rank)
{
	return rank ? SAY(d, rank, doc_printf(d, "%" PRIu32, rank)) : "-";
}

const char *print_list(struct doc *d, const char *const *names, size_t count)
{
	const char *list = count ? names[0] : "";

	for (size_t i = 1; i + 1 < count; i++)
		list = SAY(d, list_comma, list, names[i]);
	return count > 1 ? SAY(d, list_and, list, names[count - 1]) : list;
}
