/* The bytes of a file or of standard input, decompressed: gzip, zstd, xz, lz4 (several members or frames in a row too),
 * recognised by their first bytes, never by the name. */
#pragma once

#include "base/err.h"

#include <stdint.h>
#include <sys/types.h>

struct stream;

/* path "-" is standard input. */
int stream_open(const char *path, struct stream **ret, struct err *e) MUST_USE;
/* 0 < n <= size bytes, 0 at the end, negative errno. A damaged or cut off compressed stream gives what could be read
 * first, then -EBADMSG. */
ssize_t stream_read(struct stream *s, void *data, size_t size, struct err *e) MUST_USE;
/* "plain", "gzip", "zstd", "xz", "lz4" */
const char *stream_compression(const struct stream *s);
uint64_t stream_bytes_in(const struct stream *s);   /* taken from the file so far, for progress */
uint64_t stream_bytes_total(const struct stream *s); /* of the file; 0 when unknown (pipes) */
void stream_close(struct stream *s);
AUTO_RELEASE(struct stream, stream_close);
