/* Commands that have commands: `teiten rules check`. */
#pragma once

#include "prog/prog.h"

struct subcommand {
	const char *name;
	int (*run)(struct prog *p, int argc, char **argv, struct err *e);
	const char *en, *ja;
};

/* Runs the one that argv[1] names, or lists them all for --help. An exit status. */
int subcommand_run(const char *command, const struct subcommand *all, size_t count, struct prog *p, int argc, char **argv,
	struct err *e);
