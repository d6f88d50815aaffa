#include "capture/writer.h"

#include "base/text.h"
#include "capture/blocks.h"
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
	struct blocks b;
};

static void head_begin(struct head *h)
{
	h->b = (struct blocks){.data = h->bytes, .size = sizeof(h->bytes)};
}

static int write_head(struct capture_writer *w, const struct head *h, struct err *e)
{
	return sink_write(w->sink, h->bytes, h->b.len, e);
}

static int write_pcap_header(struct capture_writer *w, struct err *e)
{
	struct head h;

	head_begin(&h);
	blocks_u32(&h.b, w->format == WRITER_PCAP_NS ? PCAP_MAGIC_NS : PCAP_MAGIC_US);
	blocks_u16(&h.b, PCAP_MAJOR);
	blocks_u16(&h.b, PCAP_MINOR);
	blocks_u64(&h.b, 0); /* zone, accuracy */
	blocks_u32(&h.b, PCAP_SNAP_LEN);
	blocks_u32(&h.b, w->link_type);
	return write_head(w, &h, e);
}

static int write_section(struct capture_writer *w, struct err *e)
{
	struct head h;

	head_begin(&h);
	blocks_section(&h.b);
	return write_head(w, &h, e);
}

static int write_interface(struct capture_writer *w, uint16_t link_type, struct err *e)
{
	struct head h;

	head_begin(&h);
	blocks_interface(&h.b, link_type, 0, NULL);
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

static int add_pcap(struct capture_writer *w, const struct frame *frame, struct err *e)
{
	int64_t seconds = frame->ts_ns / 1000000000;
	uint32_t fraction = (uint32_t)(frame->ts_ns % 1000000000);
	struct head h;

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
	head_begin(&h);
	blocks_u32(&h.b, (uint32_t)seconds);
	blocks_u32(&h.b, w->format == WRITER_PCAP_NS ? fraction : fraction / 1000);
	blocks_u32(&h.b, frame->cap_len);
	blocks_u32(&h.b, frame->wire_len ? frame->wire_len : frame->cap_len);
	int r = write_head(w, &h, e);
	return r < 0 ? r : sink_write(w->sink, frame->data, frame->cap_len, e);
}

static int add_pcapng(struct capture_writer *w, const struct frame *frame, struct err *e)
{
	struct head h, tail;

	if (w->number_of[frame->link_type] == 0) {
		int r = write_interface(w, frame->link_type, e);
		if (r < 0)
			return r;
	}
	head_begin(&h);
	blocks_packet_head(&h.b, w->number_of[frame->link_type] - 1, frame);
	head_begin(&tail);
	blocks_packet_tail(&tail.b, frame->cap_len);
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
