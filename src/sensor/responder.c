#include "sensor/responder.h"

#include "base/text.h"
#include "sensor/clock.h"

#include <inttypes.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/socket.h>

enum { ANSWERS = 64, WAIT_MS = 200 };

static const int64_t tell_every_ns = INT64_C(60000000000);

struct responder {
	struct respond *respond;
	int socket;
	size_t count; /* of answers that wait */
	uint64_t unsent;
	int64_t told_ns;
	struct mmsghdr messages[ANSWERS];
	struct iovec parts[ANSWERS];
	uint8_t answers[ANSWERS][RESPOND_ANSWER_MAX];
};

int responder_socket(const char *interface, int *ret, struct err *e)
{
	/* Protocol 0: nothing is received. Not past the queue (PACKET_QDISC_BYPASS): the capture
	 * would not hear it. */
	AUTO(close) int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface)};

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return err_set(e, errno, TR("cannot send on %s: %m", "%s から送信できません: %m"),
			interface);
	*ret = fd;
	fd = -1;
	return 0;
}

/* What cannot be sent is given up: who asked asks again. */
static void send_answers(struct responder *r)
{
	size_t sent = 0;

	while (sent < r->count) {
		int n = sendmmsg(r->socket, r->messages + sent, (unsigned int)(r->count - sent),
			MSG_DONTWAIT);

		r->unsent += n <= 0;
		sent += n > 0 ? (size_t)n : 1;
	}
	r->count = 0;
}

static void answer_frame(struct responder *r, const struct frame *frame, int64_t now_ns)
{
	struct packet packet;
	struct iovec *part = &r->parts[r->count];

	decode_frame(frame, false, &packet);
	if (respond_is_answer(respond_to(
		    r->respond, frame, &packet, now_ns, r->answers[r->count], &part->iov_len)))
		r->count++;
	if (r->count == ANSWERS)
		send_answers(r);
}

static void tell(const struct responder *r, struct ring *ring)
{
	const uint64_t *counts = respond_counts(r->respond);
	struct ring_counters heard;

	ring_counters(ring, &heard);
	fprintf(stderr,
		"teiten-sensor: state=answering heard=%" PRIu64 " ring_dropped=%" PRIu64
		" unsent=%" PRIu64,
		heard.heard, heard.dropped, r->unsent);
	for (size_t i = 0; i < RESPOND_OUTCOME_COUNT; i++)
		if (counts[i] > 0)
			fprintf(stderr, " %s=%" PRIu64,
				respond_outcome_name((enum respond_outcome)i), counts[i]);
	fputc('\n', stderr);
}

static void init(struct responder *r, struct respond *respond, int fd)
{
	*r = (struct responder){
		.respond = respond, .socket = fd, .told_ns = clock_ns(CLOCK_MONOTONIC)};
	for (size_t i = 0; i < ANSWERS; i++) {
		r->parts[i].iov_base = r->answers[i];
		r->messages[i].msg_hdr = (struct msghdr){.msg_iov = &r->parts[i], .msg_iovlen = 1};
	}
}

static void tell_now_and_then(struct responder *r, struct ring *ring)
{
	const int64_t now_ns = clock_ns(CLOCK_MONOTONIC);

	if (now_ns - r->told_ns < tell_every_ns)
		return;
	r->told_ns = now_ns;
	tell(r, ring);
}

int responder_run(struct respond *respond, struct ring *ring, int fd,
	const volatile sig_atomic_t *stop, struct err *e)
{
	AUTO(free) struct responder *r = malloc(sizeof(*r));
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	int rc = 0;

	if (!r || !batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	init(r, respond, fd);
	while (!*stop && (rc >= 0 || rc == -ENETDOWN)) {
		struct err down = {""};

		rc = ring_read(ring, WAIT_MS, batch, &down);
		const int64_t now_ns = clock_ns(CLOCK_REALTIME);
		for (size_t i = 0; rc > 0 && i < batch->count; i++)
			answer_frame(r, &batch->frames[i], now_ns);
		send_answers(r);
		tell_now_and_then(r, ring);
		if (rc < 0 && rc != -ENETDOWN)
			*e = down;
	}
	tell(r, ring);
	return rc < 0 && !*stop ? rc : 0;
}
