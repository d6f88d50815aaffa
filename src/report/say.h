/* Every sentence of a report, in one table, in both languages. {0}, {1} ... are the arguments, in
 * any order; in Japanese a space comes between an argument's Latin letter or digit and a
 * neighbouring kana or kanji. */
#pragma once

#include "report/doc.h"
#include "report/sentences.h"

enum sentence {
#define X(name, en, ja) SAY_##name,
	SENTENCES(X)
#undef X
		SENTENCE_COUNT
};

/* arguments ends with NULL and holds what the template asks for. */
const char *say(struct doc *d, enum sentence sentence, const char *const *arguments);
#define SAY(d, name, ...) say(d, SAY_##name, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

/* For tests: the template itself. */
const char *sentence_template(enum sentence sentence, enum lang lang);
