/* classification.config and reference.config: names of classes with text and priority, of reference systems with prefix. */
#pragma once

#include "rules/parse.h"

/* path NULL: the usual ones, built in. */
int classes_read(struct loader *load, const char *path, struct err *e) MUST_USE;
int systems_read(struct loader *load, const char *path, struct err *e) MUST_USE;
