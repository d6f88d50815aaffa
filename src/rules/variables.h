/* The variables of a load: Suricata's defaults, then those given. */
#pragma once

#include "rules/parse.h"

int variables_set(struct loader *load, struct err *e) MUST_USE;
