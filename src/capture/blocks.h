/* The blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, made in memory of the caller. */
#pragma once

#include "capture/frame.h"
#include "capture/magic.h"

#include <stdbool.h>
#include <string.h>

/* What does not fit is left out and sets full: then what stands there is no file. */
struct blocks {
	uint8_t *data; /* size bytes of the caller */
	size_t len, size;
	bool full;
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are written as they lie");

static inline void blocks_put(struct blocks *b, const void *data, size_t len)
{
	if (b->size - b->len < len) {
		b->full = true;
		return;
	}
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static inline void blocks_u16(struct blocks *b, uint16_t value)
{
	blocks_put(b, &value, sizeof(value));
}

static inline void blocks_u32(struct blocks *b, uint32_t value)
{
	blocks_put(b, &value, sizeof(value));
}

static inline void blocks_u64(struct blocks *b, uint64_t value)
{
	blocks_put(b, &value, sizeof(value));
}

/* To four bytes from start on. */
static inline void blocks_pad(struct blocks *b, size_t start)
{
	static const uint8_t zeros[3];

	blocks_put(b, zeros, -(b->len - start) & 3);
}

/* Begins a block; what it returns is for blocks_end(), which pads it and writes its length at both ends. */
size_t blocks_begin(struct blocks *b, uint32_t type);
void blocks_end(struct blocks *b, size_t start);
void blocks_option(struct blocks *b, uint16_t code, const void *value, uint16_t len);

void blocks_section(struct blocks *b);
/* Nanoseconds. snap_len 0: no limit; name NULL: none. */
void blocks_interface(struct blocks *b, uint16_t link_type, uint32_t snap_len, const char *name);

/* An enhanced packet block in three parts: head, cap_len bytes of the frame, tail. */
enum { PACKET_HEAD = 28, PACKET_TAIL_MAX = 7 };

static inline size_t blocks_padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static inline uint32_t blocks_packet_len(uint32_t cap_len)
{
	return (uint32_t)(PACKET_HEAD + blocks_padded(cap_len) + 4);
}

static inline void blocks_packet_head(
	struct blocks *b, uint32_t interface, const struct frame *frame)
{
	const uint32_t head[7] = {BLOCK_PACKET, blocks_packet_len(frame->cap_len), interface,
		(uint32_t)((uint64_t)frame->ts_ns >> 32), (uint32_t)frame->ts_ns, frame->cap_len,
		frame->wire_len ? frame->wire_len : frame->cap_len};

	blocks_put(b, head, sizeof(head));
}

static inline void blocks_packet_tail(struct blocks *b, uint32_t cap_len)
{
	static const uint8_t zeros[3];

	blocks_put(b, zeros, blocks_padded(cap_len) - cap_len);
	blocks_u32(b, blocks_packet_len(cap_len));
}
