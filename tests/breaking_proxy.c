/* A connection that breaks on demand, for tests and measurements: passes bytes between
 * 127.0.0.1:PORT (free, printed as the only line) and a server on this machine.
 *
 *   breaking_proxy --to PORT [--cut-up N | --cut-down N] [--times T] [--down-ms D] [--busy K]
 * [--hang K] [--rate KIB] [--lose-answer N]
 *
 * --cut-up N, --cut-down N  after N bytes to (from) the server, over all connections, all of them
 * are reset; T times (1), counted anew each time. --cut-down N loses an answer where N is its first
 * byte
 * --down-ms D               after a cut nobody listens for that long
 * --busy K, --hang K        the first K connections get an HTTP 503 (never an answer)
 * --rate KIB                at most so many KiB a second each way
 * --lose-answer N           the Nth answer and all after it are lost: the server has done what was asked
 * SIGTERM ends it with a line "connections C up N down N". */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINKS = 64, CHUNK = 65536, HEAD_MAX = 4 * CHUNK, NEVER = -1 };
enum kind { PASS, BUSY, HANG };
enum way { UP, DOWN };

struct link {
	int end[2]; /* client, server; the server's is -1 unless PASS */
	enum kind kind;
	/* The head of a request is passed when it is whole: libchdb 26.7.3 as a server aborts
	 * (std::terminate) when a connection ends in the middle of one. A request begins after an
	 * answer, as curl sends them. */
	bool in_head;
	bool asked; /* its answer has not begun */
	char *head;
	size_t head_len;
};

struct proxy {
	unsigned to, port;
	long cut[2], times, down_ms, busy, hang, rate_kib, answers_left;
	long left[2]; /* bytes until the next cut */
	int listener;
	struct link links[LINKS];
	size_t count;
	unsigned long connections, bytes[2];
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	stopped = 1;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void wait_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static void start_listening(struct proxy *p)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)p->port)};
	socklen_t len = sizeof(at);

	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(p->listener, (struct sockaddr *)&at, len) < 0 || listen(p->listener, 16) < 0 ||
		getsockname(p->listener, (struct sockaddr *)&at, &len) < 0)
		die("listen");
	p->port = ntohs(at.sin_port);
}

static int connect_to(unsigned port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void reset(int fd)
{
	if (fd < 0)
		return;
	setsockopt(
		fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
	close(fd);
}

/* The client sees a reset, the server the end: it aborts when a reset meets it while it reads a
 * head, too. */
static void hang_up(int fd)
{
	if (fd < 0)
		return;
	shutdown(fd, SHUT_RDWR);
	close(fd);
}

static void drop(struct proxy *p, size_t i)
{
	reset(p->links[i].end[0]);
	hang_up(p->links[i].end[1]);
	free(p->links[i].head);
	p->links[i] = p->links[--p->count];
}

static void cut_all(struct proxy *p)
{
	while (p->count > 0)
		drop(p, p->count - 1);
	p->times--;
	memcpy(p->left, p->cut, sizeof(p->left));
	if (p->times == 0)
		p->left[UP] = p->left[DOWN] = NEVER;
	if (p->down_ms == 0)
		return;
	close(p->listener);
	wait_ms(p->down_ms);
	start_listening(p);
}

static void welcome(struct proxy *p)
{
	struct link link = {.end = {accept4(p->listener, NULL, NULL, SOCK_CLOEXEC), -1},
		.in_head = true,
		.head = malloc(HEAD_MAX)};

	p->connections++;
	link.kind = p->hang > 0 ? HANG : p->busy > 0 ? BUSY : PASS;
	p->hang -= link.kind == HANG;
	p->busy -= link.kind == BUSY;
	if (link.kind == PASS)
		link.end[1] = connect_to(p->to);
	if (p->count == LINKS || (link.kind == PASS && link.end[1] < 0)) {
		reset(link.end[0]);
		reset(link.end[1]);
		free(link.head);
		return;
	}
	p->links[p->count++] = link;
}

static bool send_all(int fd, const char *data, size_t len)
{
	for (ssize_t n; len > 0; data += n, len -= (size_t)n)
		if ((n = send(fd, data, len, MSG_NOSIGNAL)) <= 0)
			return false;
	return true;
}

/* What of a chunk can go on now; *data and *len may be the held head with it. */
static bool hold_head(struct link *link, enum way way, const char **data, size_t *len)
{
	if (way == DOWN) {
		link->in_head = true;
		return true;
	}
	if (!link->in_head)
		return true;
	memcpy(link->head + link->head_len, *data, *len);
	link->head_len += *len;
	bool whole = memmem(link->head, link->head_len, "\r\n\r\n", 4) ||
		     link->head_len > HEAD_MAX - CHUNK;
	*data = link->head;
	*len = link->head_len;
	if (whole) {
		link->in_head = false;
		link->head_len = 0;
	}
	return whole;
}

static bool pass_on(struct link *link, enum way way, const char *data, size_t len)
{
	return !hold_head(link, way, &data, &len) || send_all(link->end[!way], data, len);
}

/* Whoever has asked to the end is told to come back; the rest of a body is read and forgotten. */
static void refuse(struct link *link, const char *data, size_t len)
{
	static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: "
				   "4\r\nConnection: close\r\n\r\nbusy";

	if (link->kind != BUSY || !memmem(data, len, "\r\n\r\n", 4))
		return;
	send_all(link->end[0], busy, sizeof(busy) - 1);
	shutdown(link->end[0], SHUT_WR);
	link->kind = HANG;
}

/* One chunk of link i; false when the link (or every link) is gone. */
static bool pass(struct proxy *p, size_t i, enum way way)
{
	static char chunk[CHUNK];
	struct link *link = &p->links[i];
	bool cuts = p->left[way] != NEVER;

	if (way == DOWN && link->asked && --p->answers_left == 0) {
		p->answers_left = 1;
		drop(p, i);
		return false;
	}
	link->asked = way == UP;
	if (cuts && p->left[way] == 0) {
		cut_all(p);
		return false;
	}
	size_t room = cuts && p->left[way] < CHUNK ? (size_t)p->left[way] : CHUNK;
	ssize_t n = recv(link->end[way], chunk, room, 0);
	if (n <= 0 || (link->kind == PASS && !pass_on(link, way, chunk, (size_t)n))) {
		drop(p, i);
		return false;
	}
	if (link->kind != PASS) {
		refuse(link, chunk, (size_t)n);
		return true;
	}
	p->bytes[way] += (size_t)n;
	p->left[way] -= cuts ? n : 0;
	if (p->rate_kib)
		wait_ms(n * 1000 / 1024 / p->rate_kib);
	if (cuts && p->left[way] == 0 && way == UP) {
		cut_all(p);
		return false;
	}
	return true;
}

static void serve(struct proxy *p)
{
	while (!stopped) {
		struct pollfd fds[1 + 2 * LINKS] = {{.fd = p->listener, .events = POLLIN}};
		size_t count = p->count;

		for (size_t i = 0; i < count; i++)
			for (int end = 0; end < 2; end++)
				fds[1 + 2 * i + (size_t)end] = (struct pollfd){
					.fd = p->links[i].end[end], .events = POLLIN};
		if (poll(fds, 1 + 2 * count, -1) < 0)
			continue;
		/* after a link went its number is another's: the rest waits for the next round */
		bool same = true;
		for (size_t i = 0; i < 2 * count && same; i++)
			if (fds[1 + i].revents)
				same = pass(p, i / 2, i % 2 ? DOWN : UP);
		if (same && fds[0].revents)
			welcome(p);
	}
}

static void parse(struct proxy *p, int argc, char **argv)
{
	static const struct option options[] = {{"to", 1, NULL, 't'}, {"cut-up", 1, NULL, 'u'},
		{"cut-down", 1, NULL, 'd'}, {"times", 1, NULL, 'n'}, {"down-ms", 1, NULL, 'm'},
		{"busy", 1, NULL, 'b'}, {"lose-answer", 1, NULL, 'a'}, {"hang", 1, NULL, 'h'}, {"rate", 1, NULL, 'r'}, {0}};

	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		long value = optarg ? strtol(optarg, NULL, 10) : 0;

		switch (o) {
		case 't':
			p->to = (unsigned)value;
			break;
		case 'u':
			p->cut[UP] = value;
			break;
		case 'd':
			p->cut[DOWN] = value;
			break;
		case 'n':
			p->times = value;
			break;
		case 'm':
			p->down_ms = value;
			break;
		case 'b':
			p->busy = value;
			break;
		case 'h':
			p->hang = value;
			break;
		case 'a':
			p->answers_left = value;
			break;
		case 'r':
			p->rate_kib = value;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct proxy p = {.cut = {NEVER, NEVER}, .times = 1};
	struct sigaction action = {.sa_handler = stop};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigaction(SIGTERM, &action, NULL); /* without SA_RESTART: poll() returns */
	parse(&p, argc, argv);
	memcpy(p.left, p.cut, sizeof(p.left));
	start_listening(&p);
	printf("%u\n", p.port);
	fflush(stdout);
	serve(&p);
	printf("connections %lu up %lu down %lu\n", p.connections, p.bytes[UP], p.bytes[DOWN]);
	return 0;
}
