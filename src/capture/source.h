/* The bytes of a file, decompressed by the thread that asks for them. stream.c gives them out, read ahead by ahead.c
 * where that pays. Private to this folder. */
#pragma once

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

struct unpacker;

enum { SOURCE_IN = 128 * 1024 };

/* All but bytes_in and stop belongs to the thread that reads. */
struct source {
	char *name; /* for messages */
	int fd;
	bool is_stdin;
	const struct unpacker *unpacker; /* NULL: plain. Constant after opening */
	void *unpacking;
	const char *damage; /* why there is no more; NULL while all is well */
	bool inside;	    /* a member has begun and not ended */
	bool holding;	    /* the decompressor may have more to give without more of the file */
	bool ended;	    /* the file has no more bytes */
	size_t at, end;	    /* of in: what was read and not used */
	uint64_t bytes_total, bytes_out;
	_Atomic uint64_t bytes_in;
	atomic_bool stop;
	int stop_fd; /* readable when stop is set; -1: nobody will stop a read that waits */
	uint8_t in[SOURCE_IN];
};

/* path "-" is standard input. The kind of compression is known afterwards. */
int source_open(const char *path, struct source **ret, struct err *e) MUST_USE;
/* stream_read(). Never waits for the file while it has something to give. -ECANCELED after source_stop(). */
ssize_t source_read(struct source *s, void *data, size_t size, struct err *e) MUST_USE;
/* Makes it possible to stop a read that waits in a pipe; negative errno. */
int source_make_stoppable(struct source *s) MUST_USE;
/* From any thread: source_read() returns soon, and fails from now on when it needs more of the file. */
void source_stop(struct source *s);
void source_close(struct source *s);
AUTO_RELEASE(struct source, source_close);
