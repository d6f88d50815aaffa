/* teiten rules check: loads files of rules and says what became of them. */
#pragma once

#include "prog/prog.h"

/* argv[0] is "check". EXIT_FAILED when a rule is malformed, not when one only needs what we do not have. */
int rules_check(struct prog *p, int argc, char **argv, struct err *e);
