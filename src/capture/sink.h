/* Bytes into a file, compressed by the name's end (.gz .zst .xz .lz4 or plain); appears whole under its name or not at all.
 * path "-" is standard output; that, a device or a pipe is written directly. */
#pragma once

#include "base/err.h"

struct sink;

int sink_open(const char *path, struct sink **ret, struct err *e) MUST_USE;
int sink_write(struct sink *s, const void *data, size_t len, struct err *e) MUST_USE;
/* Flushes, fsyncs file and folder, renames to path. */
int sink_commit(struct sink *s, struct err *e) MUST_USE;
void sink_close(struct sink *s); /* removes what was not committed */
AUTO_RELEASE(struct sink, sink_close);
