/* teiten sensor: the identities of the sensors of this collector. */
#pragma once

#include "prog/prog.h"

int sensor_add(struct prog *p, int argc, char **argv, struct err *e);
int sensor_renew(struct prog *p, int argc, char **argv, struct err *e);
int sensor_list(struct prog *p, int argc, char **argv, struct err *e);
int sensor_revoke(struct prog *p, int argc, char **argv, struct err *e);
