#include "base/text.h"

#include <ctype.h>
#include <string.h>

static enum lang current; /* like a log level: set once at start */

void text_set_lang(enum lang lang)
{
	current = lang;
}

enum lang text_lang(void)
{
	return current;
}

enum lang lang_of(const char *name)
{
	return name && strncmp(name, "ja", 2) == 0 && !isalpha((unsigned char)name[2]) ? LANG_JA
										       : LANG_EN;
}

const char *lang_name(enum lang lang)
{
	return lang == LANG_JA ? "ja" : "en";
}
