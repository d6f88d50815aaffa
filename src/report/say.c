#include "report/say.h"

#include "base/buf.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static const struct {
	const char *en, *ja;
} sentences[] = {
#define X(name, en, ja) {en, ja},
	SENTENCES(X)
#undef X
};

const char *sentence_template(enum sentence sentence, enum lang lang)
{
	return lang == LANG_JA ? sentences[sentence].ja : sentences[sentence].en;
}

/* A kana or kanji begins at text: three bytes from U+3041 to U+9FFF, without the marks of U+30FB
 * (middle dot). */
static bool begins_japanese(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	if (s[0] < 0xe3 || s[0] > 0xe9 || !s[1] || !s[2])
		return false;
	unsigned code = (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
	return code > 0x3040 && code != 0x30fb && code < 0xa000;
}

static bool ends_japanese(const struct buf *b)
{
	return b->len >= 3 && begins_japanese(b->data + b->len - 3);
}

/* "445/TCP" + "は" reads "445/TCP は"; "は" + "445/TCP" likewise. */
static void add_space(struct buf *out, const char *next)
{
	bool after_latin = out->len > 0 && isalnum((unsigned char)out->data[out->len - 1]);

	if ((after_latin && begins_japanese(next)) ||
		(isalnum((unsigned char)*next) && ends_japanese(out)))
		buf_char(out, ' ');
}

static bool is_argument(const char *template)
{
	return template[0] == '{' && isdigit((unsigned char)template[1]) && template[2] == '}';
}

static size_t count_arguments(const char *const *arguments)
{
	size_t count = 0;

	while (arguments[count])
		count++;
	return count;
}

static void fill(struct buf *out, const char *template, const char *const *arguments, bool spaced)
{
	size_t count = count_arguments(arguments);

	while (*template) {
		if (!is_argument(template)) {
			buf_char(out, *template ++);
			continue;
		}
		size_t index = (size_t)(template[1] - '0');
		assert(index < count);
		const char *argument = arguments[index];
		template += 3;
		if (spaced)
			add_space(out, argument);
		buf_text(out, argument);
		if (spaced && !is_argument(template))
			add_space(out, template);
	}
}

const char *say(struct doc *d, enum sentence sentence, const char *const *arguments)
{
	AUTO(buf_done) struct buf out = {0};

	fill(&out, sentence_template(sentence, d->lang), arguments, d->lang == LANG_JA);
	d->failed = d->failed || out.failed;
	return doc_copy(d, buf_str(&out));
}
