/* Another program, with bounds: started directly, without a shell. */
#pragma once

#include "base/buf.h"
#include "base/err.h"

/* The program of that name in PATH: its path in *ret (owned by the caller), -ENOENT when there is
 * none (e is not set). */
int run_find(const char *name, char **ret) MUST_USE;
/* Runs program with argv and, beside this process's environment, the NULL-terminated NAME=value
 * settings. What it says on standard output and error goes to out (at most 64 KiB are kept). Its
 * exit status, or negative errno: -ETIMEDOUT after timeout_s seconds (it is ended then), -EIO when
 * a signal ended it. */
int run_program(const char *program, char *const argv[], char *const settings[], int timeout_s,
	struct buf *out, struct err *e) MUST_USE;
