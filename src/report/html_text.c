#include "report/render.h"

#include <ctype.h>
#include <string.h>

static const char NBSP[] = "\u00a0";

/* Length of a superscript digit at text; 0 when there is none. */
static size_t superscript_at(const char *text, int *digit)
{
	static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

	for (int i = 0; i < 10; i++)
		if (strncmp(text, digits[i], strlen(digits[i])) == 0) {
			*digit = i;
			return strlen(digits[i]);
		}
	return 0;
}

/* Bytes of a note mark that were written as <sup>. */
static size_t add_superscript(struct buf *out, const char *text)
{
	int digit;
	size_t used = 0, len;

	if (!superscript_at(text, &digit))
		return 0;
	buf_text(out, "<sup>");
	while ((len = superscript_at(text + used, &digit)) > 0) {
		buf_char(out, (char)('0' + digit));
		used += len;
	}
	buf_text(out, "</sup>");
	return used;
}

static size_t sign_length(const char *text)
{
	if (*text == '+' || *text == '-')
		return 1;
	return strncmp(text, "±", strlen("±")) == 0 ? strlen("±") : 0;
}

/* "- 51.9%" in one piece: a no-break space alone lets lines break after a hyphen (UAX 14, LB12a). */
static size_t add_sign(struct buf *out, const char *text)
{
	size_t len = sign_length(text);
	int digit;

	if (len == 0 || text[len] != ' ')
		return 0;
	size_t number = strspn(text + len + 1, "0123456789.,%");
	if (number == 0 && !superscript_at(text + len + 1, &digit))
		return 0;
	buf_printf(out, "<span class=\"nb\">%.*s%s%.*s</span>", (int)len, text, NBSP, (int)number,
		text + len + 1);
	return len + 1 + number;
}

/* "412.0 件": a number and its Japanese unit. */
static size_t add_unit_space(struct buf *out, const char *text, const char *begin)
{
	if (*text != ' ' || text == begin || !isdigit((unsigned char)text[-1]) ||
		!((unsigned char)text[1] & 0x80))
		return 0;
	buf_text(out, NBSP);
	return 1;
}

/* "445/TCP" at the beginning of a word; its length, 0 when it is something else. */
static size_t service_length(const char *text)
{
	size_t before = 0, after = 0;

	while (isalnum((unsigned char)text[before]))
		before++;
	if (before == 0 || text[before] != '/')
		return 0;
	while (isalnum((unsigned char)text[before + 1 + after]))
		after++;
	return after ? before + 1 + after : 0;
}

static size_t add_service(struct buf *out, const char *text, const char *begin)
{
	size_t len = service_length(text);

	if (len == 0 || (text > begin && isalnum((unsigned char)text[-1])))
		return 0;
	buf_text(out, "<span class=\"nb\">");
	buf_add(out, text, len); /* letters, digits and one slash */
	buf_text(out, "</span>");
	return len;
}

/* "図 3-4" and "figure 3-4" lead there. */
static size_t add_figure_link(struct buf *out, const char *text)
{
	static const char *const words[] = {"図 ", "figure "};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t word = strlen(words[i]);
		size_t number =
			strncmp(text, words[i], word) == 0 ? strspn(text + word, "0123456789-") : 0;

		if (number < 3)
			continue;
		buf_printf(out, "<a href=\"#fig-%.*s\">%.*s%s%.*s</a>", (int)number, text + word,
			(int)word - 1, text, NBSP, (int)number, text + word);
		return word + number;
	}
	return 0;
}

static size_t character_length(const char *text)
{
	size_t len = 1;

	while (((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

void html_text(struct buf *out, const char *text)
{
	const char *begin = text;

	while (*text) {
		char character[8] = "";
		size_t used = add_figure_link(out, text);

		if (!used)
			used = add_sign(out, text);
		if (!used)
			used = add_unit_space(out, text, begin);
		if (!used)
			used = add_service(out, text, begin);
		if (!used)
			used = add_superscript(out, text);
		if (!used && *text == '\n') {
			buf_text(out, "<br>");
			used = 1;
		}
		if (!used) {
			used = character_length(text);
			snprintf(character, sizeof(character), "%.*s", (int)used, text);
			buf_html(out, character);
		}
		text += used;
	}
}
