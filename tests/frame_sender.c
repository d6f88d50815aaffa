/* frame_sender [-g GROUP] INTERFACE COUNT [RATE [FIRST]]: sends COUNT frames of 60 bytes from changing sources to
 * 198.51.100.0/24, RATE a second (0: as fast as it goes): SYNs, and every fourth UDP with a payload. Their IP identifications
 * count from FIRST on. Prints how many were sent and in how many seconds.
 * Each frame has a source and ports of its own and goes around the queues of the interface (PACKET_QDISC_BYPASS), so that what
 * was sent has arrived or was counted. With -g, GROUP frames in a row are of one flow and leave by one call, which the kernel
 * cuts up (GSO): on a veth pair that is twice as fast. The interface must leave the cutting to the kernel (ethtool -K INTERFACE
 * tso off tx-udp-segmentation off tx-checksum-ip-generic off), and COUNT be a multiple of GROUP. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5 /* Linux 6.2 */
#endif

enum {
	FRAME = 60,
	BATCH = 64, /* calls of the kernel at once */
	GROUP_MAX = 64,
	IP_AT = 14,
	L4_AT = 34,
	TCP_PAYLOAD = FRAME - L4_AT - 20,
	UDP_PAYLOAD = FRAME - L4_AT - 8,
	GROUP_BYTES = L4_AT + 8 + GROUP_MAX * UDP_PAYLOAD,
};

struct message {
	struct virtio_net_hdr offload; /* sent with groups only */
	uint8_t frame[GROUP_BYTES];
};
_Static_assert(offsetof(struct message, frame) == sizeof(struct virtio_net_hdr), "sent as one");

struct sender {
	int fd;
	uint32_t group; /* 1: none */
	struct message messages[BATCH];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static uint16_t sum_of(const uint8_t *data, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)(sum + (sum >> 16));
}

static void put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_ip(uint8_t *ip, uint32_t number, bool is_udp, uint32_t l4_len)
{
	ip[0] = 0x45;
	put_u16(ip + 2, L4_AT - IP_AT + l4_len);
	put_u16(ip + 4, number);
	ip[8] = 57;
	ip[9] = is_udp ? IPPROTO_UDP : IPPROTO_TCP;
	memcpy(ip + 12, (uint8_t[]){203, 0, (uint8_t)(112 + (number >> 8) % 2), (uint8_t)number}, 4);
	memcpy(ip + 16, (uint8_t[]){198, 51, 100, (uint8_t)(number >> 4)}, 4);
	put_u16(ip + 10, (uint16_t)~sum_of(ip, 20, 0));
}

/* What the kernel needs to know to cut a group up and to fill in checksums. */
static struct virtio_net_hdr offload_of(bool is_udp)
{
	return (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = is_udp ? VIRTIO_NET_HDR_GSO_UDP_L4 : VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = (uint16_t)(L4_AT + (is_udp ? 8 : 20)),
		.gso_size = is_udp ? UDP_PAYLOAD : TCP_PAYLOAD,
		.csum_start = L4_AT,
		.csum_offset = is_udp ? 6 : 16,
	};
}

/* A frame, or a group of them. Alone, a SYN has no payload: what follows fills up the frame. */
static size_t build(struct message *m, uint32_t number, uint32_t group)
{
	static const uint8_t ethernet[IP_AT] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
	const uint32_t turn = number / group;
	const bool is_udp = turn % 4 == 3;
	const size_t payload = group * (is_udp ? (size_t)UDP_PAYLOAD : (size_t)TCP_PAYLOAD);
	const size_t len = L4_AT + (is_udp ? 8u : 20u) + payload;
	const uint32_t l4_len = (uint32_t)(len - L4_AT) - (is_udp || group > 1 ? 0 : TCP_PAYLOAD);
	uint8_t *ip = m->frame + IP_AT, *l4 = m->frame + L4_AT;

	m->offload = offload_of(is_udp);
	memset(m->frame, 0, len);
	memcpy(m->frame, ethernet, sizeof(ethernet));
	put_ip(ip, number, is_udp, l4_len);
	put_u16(l4, 1024 + turn % 60000);
	put_u16(l4 + 2, turn % 7 ? 23 : 445);
	put_u16(l4 + 4, is_udp ? l4_len : number >> 16);
	put_u16(l4 + 6, is_udp ? 0 : number);
	if (is_udp)
		memset(l4 + 8, (int)(turn % 251), payload);
	else
		memcpy(l4 + 12, "\x50\x02\x72\x10", 4);
	if (group > 1)
		put_u16(l4 + m->offload.csum_offset, sum_of(ip + 12, 8, ip[9] + l4_len));
	return len;
}

static int open_socket(const char *interface, bool groups)
{
	const int on = 1;
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 ||
		setsockopt(fd, SOL_PACKET, groups ? PACKET_VNET_HDR : PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0 ||
		bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		perror(interface);
		exit(1);
	}
	return fd;
}

/* The number of frames sent. One group at a time: more would be more than the receiver's queue holds (netdev_max_backlog). */
static uint32_t send_some(struct sender *s, uint32_t first, uint32_t left)
{
	struct mmsghdr messages[BATCH] = {0};
	struct iovec parts[BATCH];
	const uint32_t count = s->group > 1 ? 1 : left < BATCH ? left : BATCH;

	for (uint32_t i = 0; i < count; i++) {
		struct message *m = &s->messages[i];
		size_t len = build(m, first + i, s->group);

		parts[i] = s->group > 1 ? (struct iovec){m, sizeof(m->offload) + len} : (struct iovec){m->frame, len};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	for (uint32_t done = 0; done < count;) {
		int n = sendmmsg(s->fd, messages + done, count - done, 0);

		if (n < 0 && errno != EINTR && errno != ENOBUFS && errno != EAGAIN) {
			perror("sendmmsg");
			exit(1);
		}
		done += n > 0 ? (uint32_t)n : 0;
	}
	return count * s->group;
}

/* Sleeps through what is more than a millisecond ahead, and spins through the rest. */
static void wait_until(int64_t at_ns)
{
	int64_t left_ns = at_ns - now_ns();

	if (left_ns > 1000000)
		nanosleep(&(struct timespec){left_ns / 1000000000, left_ns % 1000000000}, NULL);
	while (now_ns() < at_ns)
		;
}

static int usage(void)
{
	fprintf(stderr, "usage: frame_sender [-g GROUP] INTERFACE COUNT [RATE [FIRST]]\n");
	return 2;
}

int main(int argc, char **argv)
{
	static struct sender s = {.group = 1};

	for (int option; (option = getopt(argc, argv, "g:")) >= 0;)
		s.group = option == 'g' ? (uint32_t)atoi(optarg) : 0;
	argv += optind;
	argc -= optind;
	if (argc < 2 || s.group < 1 || s.group > GROUP_MAX)
		return usage();
	uint32_t count = (uint32_t)strtoul(argv[1], NULL, 10), sent = 0;
	int64_t rate = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
	uint32_t first = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
	if (count % s.group != 0)
		return usage();
	s.fd = open_socket(argv[0], s.group > 1);
	int64_t start_ns = now_ns();
	while (sent < count) {
		if (rate > 0)
			wait_until(start_ns + (int64_t)sent * 1000000000 / rate);
		sent += send_some(&s, first + sent, count - sent);
	}
	printf("%u %.6f\n", sent, (double)(now_ns() - start_ns) / 1e9);
	return 0;
}
