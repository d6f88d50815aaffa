/* Every sentence for a person stands in English and Japanese, side by side: TR("no such file", "ファイルがありません").
 * A missing half does not compile. Both halves take the same arguments in the same order. */
#pragma once

enum lang { LANG_EN, LANG_JA, LANG_COUNT };

#define TR(en, ja) (text_lang() == LANG_JA ? (ja) : (en))

/* The language of messages: set once at start from --lang, the setting or the environment, then constant. */
void text_set_lang(enum lang lang);
enum lang text_lang(void);
/* "ja", "ja_JP.UTF-8" and the like give LANG_JA, everything else (NULL too) LANG_EN. */
enum lang lang_of(const char *name);
/* "en" or "ja". */
const char *lang_name(enum lang lang);
