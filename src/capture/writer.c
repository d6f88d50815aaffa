#include "capture/writer.h"

#include "base/text.h"
#include "capture/magic.h"
#include "capture/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum { LINKS = 1 << 16 };

struct capture_writer {
	struct sink *sink;
	enum writer_format format;
	uint16_t link_type;
	uint32_t interfaces;	   /* of pcapng, written so far */
	uint32_t number_of[LINKS]; /* link type to interface number + 1; 0: none yet */
};

/* A header in the making; both formats are written little-endian. */
struct head {
	uint8_t bytes[64];
	size_t len;
};

static void put_u16(struct head *h, uint16_t value)
{
	h->bytes[h->len++] = (uint8_t)value;
	h->bytes[h->len++] = (uint8_t)(value >> 8);
}

static void put_u32(struct head *h, uint32_t value)
{
	put_u16(h, (uint16_t)value);
	put_u16(h, (uint16_t)(value >> 16));
}

static int write_head(struct capture_writer *w, const struct head *h, struct err *e)
{
	return sink_write(w->sink, h->bytes, h->len, e);
}

static int write_pcap_header(struct capture_writer *w, struct err *e)
{
	struct head h = {.len = 0};

	put_u32(&h, w->format == WRITER_PCAP_NS ? PCAP_MAGIC_NS : PCAP_MAGIC_US);
	put_u16(&h, PCAP_MAJOR);
	put_u16(&h, PCAP_MINOR);
	put_u32(&h, 0); /* zone, accuracy */
	put_u32(&h, 0);
	put_u32(&h, PCAP_SNAP_LEN);
	put_u32(&h, w->link_type);
	return write_head(w, &h, e);
}

static int write_section(struct capture_writer *w, struct err *e)
{
	struct head h = {.len = 0};

	put_u32(&h, BLOCK_SECTION);
	put_u32(&h, 28);
	put_u32(&h, PCAPNG_MAGIC);
	put_u16(&h, PCAPNG_MAJOR);
	put_u16(&h, 0);
	put_u32(&h, UINT32_MAX); /* length unknown, 64 bits */
	put_u32(&h, UINT32_MAX);
	put_u32(&h, 28);
	return write_head(w, &h, e);
}

/* Nanoseconds, no snap length. */
static int write_interface(struct capture_writer *w, uint16_t link_type, struct err *e)
{
	struct head h = {.len = 0};

	put_u32(&h, BLOCK_INTERFACE);
	put_u32(&h, 32);
	put_u16(&h, link_type);
	put_u16(&h, 0);
	put_u32(&h, 0);
	put_u16(&h, OPTION_IF_TSRESOL);
	put_u16(&h, 1);
	put_u32(&h, 9); /* one byte and padding */
	put_u32(&h, OPTION_END);
	put_u32(&h, 32);
	w->number_of[link_type] = ++w->interfaces;
	return write_head(w, &h, e);
}

int writer_open(const char *path, enum writer_format format, uint16_t link_type,
	struct capture_writer **ret, struct err *e)
{
	AUTO(writer_close) struct capture_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	w->format = format;
	w->link_type = link_type;
	int r = sink_open(path, &w->sink, e);
	if (r == 0)
		r = format == WRITER_PCAPNG ? write_section(w, e) : write_pcap_header(w, e);
	if (r < 0)
		return r;
	*ret = TAKE(w);
	return 0;
}

static uint32_t wire_len(const struct frame *frame)
{
	return frame->wire_len ? frame->wire_len : frame->cap_len;
}

static int add_pcap(struct capture_writer *w, const struct frame *frame, struct err *e)
{
	int64_t seconds = frame->ts_ns / 1000000000;
	uint32_t fraction = (uint32_t)(frame->ts_ns % 1000000000);
	struct head h = {.len = 0};

	if (frame->link_type != w->link_type)
		return err_set(e, EINVAL,
			TR("a pcap file has one link type: %u, not %u (write pcapng)",
				"pcap ファイルのリンク種別は一つだけです: %u（%u "
				"は書けません。pcapng を使ってください）"),
			w->link_type, frame->link_type);
	if (seconds > UINT32_MAX)
		return err_set(e, ERANGE,
			TR("a pcap file has no time after 2106 (write pcapng)",
				"pcap ファイルには 2106 年より後の時刻を書けません（pcapng "
				"を使ってください）"));
	put_u32(&h, (uint32_t)seconds);
	put_u32(&h, w->format == WRITER_PCAP_NS ? fraction : fraction / 1000);
	put_u32(&h, frame->cap_len);
	put_u32(&h, wire_len(frame));
	int r = write_head(w, &h, e);
	return r < 0 ? r : sink_write(w->sink, frame->data, frame->cap_len, e);
}

static int add_pcapng(struct capture_writer *w, const struct frame *frame, struct err *e)
{
	size_t padding = -(size_t)frame->cap_len & 3;
	uint32_t len = (uint32_t)(32 + frame->cap_len + padding);
	struct head h = {.len = 0}, tail = {.len = padding};

	if (w->number_of[frame->link_type] == 0) {
		int r = write_interface(w, frame->link_type, e);
		if (r < 0)
			return r;
	}
	put_u32(&h, BLOCK_PACKET);
	put_u32(&h, len);
	put_u32(&h, w->number_of[frame->link_type] - 1);
	put_u32(&h, (uint32_t)((uint64_t)frame->ts_ns >> 32));
	put_u32(&h, (uint32_t)frame->ts_ns);
	put_u32(&h, frame->cap_len);
	put_u32(&h, wire_len(frame));
	put_u32(&tail, len);
	int r = write_head(w, &h, e);
	if (r == 0)
		r = sink_write(w->sink, frame->data, frame->cap_len, e);
	return r < 0 ? r : write_head(w, &tail, e);
}

int writer_add(struct capture_writer *w, const struct frame *frame, struct err *e)
{
	if (frame->ts_ns < 0)
		return err_set(e, ERANGE,
			TR("a capture file has no time before 1970",
				"キャプチャファイルには 1970 年より前の時刻を書けません"));
	return w->format == WRITER_PCAPNG ? add_pcapng(w, frame, e) : add_pcap(w, frame, e);
}

int writer_commit(struct capture_writer *w, struct err *e)
{
	bool bare = w->format == WRITER_PCAPNG && w->interfaces == 0; /* libpcap takes no file without an interface */
	int r = bare ? write_interface(w, w->link_type, e) : 0;

	return r < 0 ? r : sink_commit(w->sink, e);
}

void writer_close(struct capture_writer *w)
{
	if (!w)
		return;
	sink_close(w->sink);
	free(w);
}
