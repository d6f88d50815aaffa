/* teiten rules reload: checks the files of the settings and tells running imports of them. */
#pragma once

#include "prog/prog.h"

/* argv[0] is "reload". EXIT_FAILED, and nothing changes, when a file cannot be read or a rule is malformed. */
int rules_reload(struct prog *p, int argc, char **argv, struct err *e);
