/* Reads a source ahead on a thread of its own, into a ring of buffers of fixed size. Private to this folder. */
#pragma once

#include "capture/source.h"

struct ahead;

/* From here to ahead_stop() the source belongs to the thread, which takes no signals. Negative errno when there can be
 * no thread: the source is as it was, to be read in place. */
int ahead_start(struct source *source, struct ahead **ret) MUST_USE;
/* stream_read(); what has ended stays so. */
ssize_t ahead_read(struct ahead *a, void *data, size_t size, struct err *e) MUST_USE;
/* Waits for the thread, which stops soon whatever it does. NULL is accepted. */
void ahead_stop(struct ahead *a);
