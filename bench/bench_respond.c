/* bench_respond INTERFACE SECONDS IN_FLIGHT: completes conversations with a reactive sensor at 198.51.100.0/24 as fast as it
 * goes: SYN, then data to whatever SYN+ACK comes, done with its RST. Prints conversations begun, answered and done, a second,
 * and the time from SYN to SYN+ACK. bench/respond starts it. */
#include "base/number.h"
#include "capture/ring.h"
#include "sensor/clock.h"
#include "sensor/responder.h"
#include "synth/build.h"

#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, PLACES = 1 << 16, RING_BYTES = 64 << 20, TIMES_MAX = 1 << 20, NS_PER_MS = 1000000, LOST_MS = 500 };

struct client {
	struct ring *ring;
	int socket;
	uint32_t begun;
	uint64_t answered, done, lost;
	size_t in_flight, in_flight_max;
	int64_t asked_ns[PLACES]; /* 0: not in flight */
	size_t count;
	uint8_t frames[BATCH][BUILD_FRAME_MAX];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];
	size_t times_count;
	int64_t times_ns[TIMES_MAX];
};

static void flush(struct client *c)
{
	for (size_t sent = 0; sent < c->count;) {
		int n = sendmmsg(c->socket, c->messages + sent, (unsigned int)(c->count - sent), 0);

		sent += n > 0 ? (size_t)n : 0;
	}
	c->count = 0;
}

static void put(struct client *c, const struct build *b)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

	c->parts[c->count].iov_len = build_frame(b, c->frames[c->count]);
	memcpy(c->frames[c->count], macs, sizeof(macs));
	if (++c->count == BATCH)
		flush(c);
}

static void ask(struct client *c, int64_t now_ns)
{
	const uint32_t n = c->begun++, place = n % PLACES;

	if (c->asked_ns[place]) { /* no answer came in a whole round */
		c->lost++;
		c->in_flight--;
	}
	c->asked_ns[place] = now_ns;
	c->in_flight++;
	put(c, &(struct build){.link_type = LINK_ETHERNET,
		.src = addr_from_v4(0x0b010000 + place),
		.dst = addr_from_v4(0xc6336400 + n % 256),
		.protocol = PROTOCOL_TCP,
		.ttl = 64,
		.sport = (uint16_t)(1024 + (n >> 16)),
		.dport = 80,
		.seq = n,
		.window = 64240,
		.tcp_flags = TCP_SYN});
}

static void send_data(struct client *c, const struct packet *p)
{
	static const uint8_t request[] = "GET / HTTP/1.0\r\n\r\n";

	put(c, &(struct build){.link_type = LINK_ETHERNET,
		.src = p->dst,
		.dst = p->src,
		.protocol = PROTOCOL_TCP,
		.ttl = 64,
		.sport = p->dport,
		.dport = p->sport,
		.seq = p->tcp_ack,
		.ack = p->tcp_seq + 1,
		.window = 64240,
		.tcp_flags = TCP_ACK | TCP_PSH,
		.payload = request,
		.payload_len = sizeof(request) - 1});
}

static void take(struct client *c, const struct frame *frame, int64_t now_ns)
{
	struct packet p;

	decode_frame(frame, false, &p);
	if (p.protocol != PROTOCOL_TCP || addr_v4(&p.src) >> 8 != 0xc63364)
		return;
	int64_t *asked_ns = &c->asked_ns[addr_v4(&p.dst) % PLACES];
	if (p.tcp_flags == (TCP_SYN | TCP_ACK)) {
		c->answered++;
		if (*asked_ns && c->times_count < TIMES_MAX)
			c->times_ns[c->times_count++] = now_ns - *asked_ns;
		send_data(c, &p);
	} else if ((p.tcp_flags & TCP_RST) && *asked_ns) {
		c->done++;
		*asked_ns = 0;
		c->in_flight--;
	}
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print(struct client *c, double seconds)
{
	qsort(c->times_ns, c->times_count, sizeof(c->times_ns[0]), compare);
	printf("begun\t%u\nanswered\t%" PRIu64 "\ndone\t%" PRIu64 "\nin_flight\t%zu\nlost\t%" PRIu64 "\ndone_per_s\t%.0f\n",
		c->begun, c->answered, c->done, c->in_flight, c->lost, (double)c->done / seconds);
	if (c->times_count > 0)
		printf("p50_us\t%" PRId64 "\np99_us\t%" PRId64 "\n", c->times_ns[c->times_count / 2] / 1000,
			c->times_ns[c->times_count * 99 / 100] / 1000);
}

/* Asks while `until` is not reached, then only listens until nothing comes any more. */
static void run(struct client *c, struct frame_batch *batch, int64_t until_ns)
{
	struct err e = {""};

	for (;;) {
		int64_t now_ns = clock_ns(CLOCK_MONOTONIC);

		for (size_t i = 0; i < BATCH && c->in_flight < c->in_flight_max && now_ns < until_ns; i++)
			ask(c, now_ns);
		flush(c);
		/* with room for more there is no reason to wait */
		const int wait_ms = now_ns >= until_ns ? LOST_MS : c->in_flight < c->in_flight_max ? 0 : 1;
		int rc = ring_read(c->ring, wait_ms, batch, &e);
		now_ns = clock_ns(CLOCK_MONOTONIC);
		for (size_t i = 0; rc > 0 && i < batch->count; i++)
			take(c, &batch->frames[i], now_ns);
		if (rc <= 0 && now_ns > until_ns + LOST_MS * (int64_t)NS_PER_MS)
			return;
	}
}

static int open_all(struct client *c, const char *interface, struct err *e)
{
	const struct ring_options options = {.interface = interface, .bytes = RING_BYTES, .retire_ms = 1};
	int rc = ring_open(&options, &c->ring, e);

	for (size_t i = 0; i < BATCH; i++) {
		c->parts[i].iov_base = c->frames[i];
		c->messages[i].msg_hdr = (struct msghdr){.msg_iov = &c->parts[i], .msg_iovlen = 1};
	}
	return rc < 0 ? rc : responder_socket(interface, &c->socket, e);
}

int main(int argc, char **argv)
{
	AUTO(free) struct client *c = calloc(1, sizeof(*c));
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	struct err e = {""};

	if (argc != 4 || !c || !batch) {
		fputs("usage: bench_respond INTERFACE SECONDS IN_FLIGHT\n", stderr);
		return 2;
	}
	const int64_t seconds = atoi(argv[2]);
	c->in_flight_max = (size_t)atoi(argv[3]);
	if (open_all(c, argv[1], &e) < 0) {
		fprintf(stderr, "bench_respond: %s\n", e.text);
		return 1;
	}
	run(c, batch, clock_ns(CLOCK_MONOTONIC) + seconds * 1000 * NS_PER_MS);
	print(c, (double)seconds);
	ring_close(c->ring);
	return 0;
}
