/* What the main() of each of our programs does: takes the options that all commands share, finds the command in the program's
 * table or prints its --help, and prints the one line of a failure. */
#pragma once

#include "base/options.h"

struct buf;

/* Exit status of a command. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct program_command {
	const char *name, *en, *ja;
};

struct program {
	const char *name, *version;
	const struct program_command *commands;
	size_t command_count;
	const char *settings_en, *settings_ja; /* stands in --help before the settings */
	void (*settings_help)(struct buf *out);
	/* Runs commands[command]; options->argv[0] is its name. An exit status; anything but EXIT_DONE has set e, or said it itself. */
	int (*run)(size_t command, const struct options *options, struct err *e);
};

/* The exit status of the program. Output that could not be written is a failure. */
int program_main(const struct program *p, int argc, char **argv);
