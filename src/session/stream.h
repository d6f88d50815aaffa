/* One direction of a TCP conversation: segments in any order, repeated, overlapping, to bytes in order. Of bytes that come
 * twice the first stays. Positions count from the first byte after SYN; sequence numbers wrap, positions do not. */
#pragma once

#include "base/bytes.h"

enum { STREAM_RANGES = 16 }; /* runs of bytes with holes between them */

/* Where streams get their memory. */
struct stream_memory {
	size_t stream_bytes; /* of a stream at most */
	size_t used;         /* of all */
	uint64_t refused;    /* bytes */
};

struct stream_range {
	uint32_t from, to; /* from base */
};

/* All zero: nothing known yet. */
struct stream {
	bool known;         /* the sequence number of position 0 is */
	bool gap;           /* bytes before base were lost */
	bool has_fin;
	uint8_t range_count;
	uint32_t first;     /* sequence number of position 0 */
	uint32_t size;      /* of data */
	uint64_t base;      /* position of data[0] */
	uint64_t acked;     /* the other side has everything before it */
	uint64_t end;       /* of all that was seen */
	uint64_t fin;       /* position of FIN */
	uint8_t *data;
	struct stream_range ranges[STREAM_RANGES]; /* ascending, none touches the next */
};

/* Begins at that sequence number; what was there is forgotten. */
void stream_begin(struct stream *s, struct stream_memory *m, uint32_t first);
void stream_done(struct stream *s, struct stream_memory *m);
/* Forgets all bytes, but not where the stream stands. */
void stream_release(struct stream *s, struct stream_memory *m);

/* Where seq is: the nearest place to base. Negative: before position 0. */
int64_t stream_position(const struct stream *s, uint32_t seq);
/* False: not a byte of it is kept now or was before. */
bool stream_put(struct stream *s, struct stream_memory *m, uint32_t seq, struct bytes in);
/* Raises acked, but not beyond what was seen. False: ack is for bytes that were not seen. */
bool stream_ack(struct stream *s, uint32_t ack);

/* The bytes from base on up to the first hole. Until the next call of this file. */
struct bytes stream_ready(const struct stream *s);
/* Those of them that are acknowledged. */
struct bytes stream_acked(const struct stream *s);
/* Forgets the first bytes of stream_ready(). */
void stream_take(struct stream *s, size_t len);
/* Nothing is ready, bytes after a hole are, and (unless always) the hole is acknowledged, so that it will not be filled:
 * goes on behind it. False: no. */
bool stream_skip_hole(struct stream *s, bool always);
