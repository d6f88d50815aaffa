/* Takes UDP datagrams on a free port of 127.0.0.1 and throws them away, for exporters that want
 * somebody to listen: prints the port, ends when its standard input does. */
#include "base/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static int listen_anywhere(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) < 0 ||
		getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return -1;
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

int main(void)
{
	AUTO(close) int fd = listen_anywhere();
	struct pollfd polls[] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
	char bytes[65536];

	if (fd < 0) {
		perror("bench_sink");
		return 1;
	}
	while (poll(polls, ARRAY_SIZE(polls), -1) >= 0 || errno == EINTR) {
		while (recv(fd, bytes, sizeof(bytes), 0) >= 0)
			;
		if (polls[1].revents && read(0, bytes, sizeof(bytes)) <= 0)
			break;
	}
	return 0;
}
