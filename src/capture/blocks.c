#include "capture/blocks.h"

size_t blocks_begin(struct blocks *b, uint32_t type)
{
	size_t start = b->len;

	blocks_u32(b, type);
	blocks_u32(b, 0);
	return start;
}

void blocks_end(struct blocks *b, size_t start)
{
	blocks_pad(b, start);
	uint32_t len = (uint32_t)(b->len - start) + 4;
	blocks_u32(b, len);
	if (!b->full)
		memcpy(b->data + start + 4, &len, sizeof(len));
}

void blocks_option(struct blocks *b, uint16_t code, const void *value, uint16_t len)
{
	size_t start = b->len;

	blocks_u16(b, code);
	blocks_u16(b, len);
	blocks_put(b, value, len);
	blocks_pad(b, start);
}

void blocks_section(struct blocks *b)
{
	size_t start = blocks_begin(b, BLOCK_SECTION);

	blocks_u32(b, PCAPNG_MAGIC);
	blocks_u16(b, PCAPNG_MAJOR);
	blocks_u16(b, 0);
	blocks_u64(b, UINT64_MAX); /* length unknown */
	blocks_end(b, start);
}

void blocks_interface(struct blocks *b, uint16_t link_type, uint32_t snap_len, const char *name)
{
	const uint8_t nanoseconds = 9;
	size_t start = blocks_begin(b, BLOCK_INTERFACE);

	blocks_u16(b, link_type);
	blocks_u16(b, 0);
	blocks_u32(b, snap_len);
	if (name)
		blocks_option(b, OPTION_IF_NAME, name, (uint16_t)strlen(name));
	blocks_option(b, OPTION_IF_TSRESOL, &nanoseconds, 1);
	blocks_option(b, OPTION_END, NULL, 0);
	blocks_end(b, start);
}
