/* frame_sender INTERFACE COUNT [RATE [FIRST]]: sends COUNT SYNs of 60-byte frames from changing sources to 198.51.100.0/24,
 * RATE a second (0: as fast as it goes); their TCP sequence numbers count from FIRST on, every fourth is UDP with a payload.
 * Goes around the queues of the interface (PACKET_QDISC_BYPASS), so that what was sent has arrived or was counted. Prints
 * how many were sent and in how many seconds. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { FRAME = 60, BATCH = 64 };

static uint8_t frames[BATCH][FRAME];

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static uint16_t header_checksum(const uint8_t *ip)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~(sum + (sum >> 16));
}

static void put_u16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void build(uint8_t *f, uint32_t number)
{
	static const uint8_t ethernet[14] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
	uint8_t *ip = f + 14, *l4 = f + 34;
	int is_udp = number % 4 == 3;

	memset(f, 0, FRAME);
	memcpy(f, ethernet, sizeof(ethernet));
	ip[0] = 0x45;
	put_u16(ip + 2, is_udp ? 46 : 40);
	put_u16(ip + 4, number);
	ip[8] = 57;
	ip[9] = is_udp ? 17 : 6;
	memcpy(ip + 12, (uint8_t[]){203, 0, (uint8_t)(112 + (number >> 8) % 2), (uint8_t)number}, 4);
	memcpy(ip + 16, (uint8_t[]){198, 51, 100, (uint8_t)(number >> 4)}, 4);
	put_u16(ip + 10, header_checksum(ip));
	put_u16(l4, 1024 + number % 60000);
	put_u16(l4 + 2, number % 7 ? 23 : 445);
	put_u16(l4 + 4, is_udp ? 26 : number >> 16);
	put_u16(l4 + 6, is_udp ? 0 : number);
	if (is_udp)
		memset(l4 + 8, (int)(number % 251), 18);
	else
		memcpy(l4 + 12, "\x50\x02\x72\x10", 4);
}

static int open_socket(const char *interface)
{
	const int on = 1;
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0 ||
		bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		perror(interface);
		exit(1);
	}
	return fd;
}

static uint32_t send_batch(int fd, uint32_t first, uint32_t count)
{
	struct mmsghdr messages[BATCH] = {0};
	struct iovec parts[BATCH];

	for (uint32_t i = 0; i < count; i++) {
		build(frames[i], first + i);
		parts[i] = (struct iovec){frames[i], FRAME};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
	}
	for (uint32_t done = 0; done < count;) {
		int n = sendmmsg(fd, messages + done, count - done, 0);

		if (n < 0 && errno != EINTR && errno != ENOBUFS && errno != EAGAIN) {
			perror("sendmmsg");
			exit(1);
		}
		done += n > 0 ? (uint32_t)n : 0;
	}
	return count;
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

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: frame_sender INTERFACE COUNT [RATE [FIRST]]\n");
		return 2;
	}
	uint32_t count = (uint32_t)strtoul(argv[2], NULL, 10), sent = 0;
	int64_t rate = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
	uint32_t first = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
	int fd = open_socket(argv[1]);
	int64_t start_ns = now_ns();

	while (sent < count) {
		if (rate > 0)
			wait_until(start_ns + (int64_t)sent * 1000000000 / rate);
		sent += send_batch(fd, first + sent, count - sent < BATCH ? count - sent : BATCH);
	}
	printf("%u %.6f\n", sent, (double)(now_ns() - start_ns) / 1e9);
	return 0;
}
