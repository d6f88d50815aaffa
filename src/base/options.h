/* Options that every command of our programs takes, wherever they stand on the line. */
#pragma once

#include "base/err.h"

#include <stdbool.h>

enum { OPTIONS_SETS_MAX = 64 };

struct options {
	const char *config;		    /* --config, NULL when not given */
	const char *sets[OPTIONS_SETS_MAX]; /* --set key=value, in order */
	size_t set_count;
	bool lang;                           /* --lang was given: it beats the setting */
	bool help, version; /* before a command */
	int argc;	    /* what is left: the command and its own arguments */
	char **argv;	    /* NULL-terminated; points into main's argv, which was rearranged */
};

/* Takes --config and --set from anywhere before "--", and --lang, --help and --version from before
 * the command; sets the language of messages. program is its name in messages. */
int options_take(struct options *ret, const char *program, int argc, char **argv, struct err *e) MUST_USE;
