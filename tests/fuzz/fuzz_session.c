/* Conversations out of any packets: records of five bytes make TCP packets whose byte at each position is known, so that
 * whatever order they come in, what is put in order can be checked. A record that starts with 0xff is a fragment instead. */
#include "session/defrag.h"
#include "session/session.h"

#include <assert.h>

enum { RECORD = 5, FIRST = 0xfffffff0u, STREAM_BYTES = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t byte_at(uint32_t seq)
{
	return (uint8_t)(seq * 31 + (seq >> 8));
}

static void check_stream(const struct stream *s)
{
	struct bytes ready = stream_ready(s);

	assert(ready.len <= STREAM_BYTES && stream_acked(s).len <= ready.len && s->acked <= s->end);
	for (size_t i = 0; i < ready.len; i++)
		assert(ready.data[i] == byte_at(s->first + (uint32_t)s->base + (uint32_t)i));
}

static void check_ended(void *owner, struct conversation *c)
{
	size_t *ended = owner;

	(*ended)++;
	for (size_t side = 0; side < 2; side++) {
		check_stream(&c->stream[side]);
		while (stream_skip_hole(&c->stream[side], true))
			check_stream(&c->stream[side]);
	}
}

/* Flags and direction; port and the clock's step; sequence number; length; acknowledgement. */
static void add_packet(struct session *s, const uint8_t record[RECORD], int64_t *now_ns)
{
	uint8_t payload[256];
	uint32_t seq = FIRST + record[2] * 7u;
	bool back = record[1] & 1;
	struct addr ends[2] = {addr_from_v4(0x0a000001), addr_from_v4(0x0a000002)};
	uint16_t ports[2] = {(uint16_t)(1 + (record[1] >> 1 & 7)), 80};

	*now_ns += (int64_t)(record[1] >> 4) * 10000000000;
	for (uint32_t i = 0; i < record[3]; i++)
		payload[i] = byte_at(seq + (record[0] & TCP_SYN ? 1 : 0) + i);
	struct packet p = {.ts_ns = *now_ns, .is_ip = true, .version = 4, .src = ends[back], .dst = ends[!back], .sport = ports[back],
		.dport = ports[!back], .protocol = PROTOCOL_TCP, .tcp_flags = record[0], .tcp_seq = seq, .tcp_ack = FIRST + record[4] * 7u,
		.payload = payload, .payload_len = record[3], .payload_wire_len = record[3]};
	struct session_step step = session_add(s, &p);

	assert(step.conversation);
	if (step.kept && record[4] & 1) {
		struct stream *mine = &step.conversation->stream[!step.to_server];

		check_stream(mine);
		stream_take(mine, record[4]);
		check_stream(mine);
	}
}

/* The next bytes as an IP packet. */
static size_t add_fragment(struct defrag *d, const uint8_t *data, size_t size, int64_t now_ns)
{
	size_t len = size > 1 ? data[1] : 0;
	struct packet p, whole;

	if (len > size - 2 || size < 2)
		return size;
	const struct frame frame = {.ts_ns = now_ns, .data = data + 2, .cap_len = (uint32_t)len, .wire_len = (uint32_t)len, .link_type = LINK_RAW};
	decode_frame(&frame, false, &p);
	if (defrag_add(d, &p, &whole))
		assert(whole.is_ip && whole.fragment == FRAGMENT_NONE && whole.payload_len <= 65535);
	return 2 + len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t ended = 0;
	int64_t now_ns = 0;

	if (size < 1)
		return 0;
	const struct session_limits limits = {.conversations = 4, .stream_bytes = STREAM_BYTES, .memory = 8192, .user_bytes = 1,
		.midstream = data[0] & 1, .at_once = data[0] & 2, .client_only = data[0] & 4};
	AUTO(session_free) struct session *s = session_new(&limits, check_ended, &ended);
	AUTO(defrag_free) struct defrag *d = defrag_new(8);

	if (!s || !d)
		return 0;
	for (size_t at = 1; at + RECORD <= size;) {
		if (data[at] == 0xff) {
			at += add_fragment(d, data + at, size - at, now_ns);
			continue;
		}
		add_packet(s, data + at, &now_ns);
		at += RECORD;
	}
	session_flush(s);
	assert(ended == session_stats(s)->opened);
	return 0;
}
