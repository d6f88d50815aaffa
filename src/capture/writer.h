/* Frames into a capture file. */
#pragma once

#include "capture/frame.h"

#include "base/err.h"

struct capture_writer;

enum writer_format { WRITER_PCAP, WRITER_PCAP_NS, WRITER_PCAPNG };

/* Compressed by the name's end: .gz, .zst, .xz, .lz4 or plain. Written beside its final name and renamed by
 * writer_commit(); closing without commit removes it. path "-" is standard output. pcapng (nanoseconds) takes frames of
 * several link types, one interface each (and one of link_type when there is no frame at all); pcap only frames of
 * link_type. */
int writer_open(const char *path, enum writer_format format, uint16_t link_type, struct capture_writer **ret,
	struct err *e) MUST_USE;
int writer_add(struct capture_writer *w, const struct frame *frame, struct err *e) MUST_USE;
/* Flushes, syncs, gives the file its name. */
int writer_commit(struct capture_writer *w, struct err *e) MUST_USE;
void writer_close(struct capture_writer *w);
AUTO_RELEASE(struct capture_writer, writer_close);
