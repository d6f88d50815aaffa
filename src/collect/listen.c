#include "collect/listen.h"

#include "base/number.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { BACKLOG = 512, HOST_BYTES = 64 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un path;
};

static int failed(const char *where, struct err *e)
{
	return err_set(e, errno, TR("cannot listen at %s: %m", "%s で待ち受けられません: %m"), where);
}

static bool split(const char *where, char host[HOST_BYTES], uint16_t *ret_port)
{
	const char *colon = strrchr(where, ':');
	size_t len = colon ? (size_t)(colon - where) : 0;
	bool brackets = len >= 2 && where[0] == '[' && where[len - 1] == ']';
	uint64_t port;

	if (len == 0 || len >= HOST_BYTES || !number_u64(colon + 1, 0, UINT16_MAX, &port))
		return false;
	snprintf(host, HOST_BYTES, "%.*s", (int)(brackets ? len - 2 : len), where + brackets);
	*ret_port = (uint16_t)port;
	return true;
}

static socklen_t parse(const char *where, union address *ret)
{
	char host[HOST_BYTES];
	uint16_t port;

	*ret = (union address){0};
	if (!split(where, host, &port))
		return 0;
	if (inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(port);
		return sizeof(ret->v4);
	}
	if (inet_pton(AF_INET6, host, &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons(port);
		return sizeof(ret->v6);
	}
	return 0;
}

static bool is_loopback(const union address *a)
{
	return a->any.sa_family == AF_INET ? ntohl(a->v4.sin_addr.s_addr) >> 24 == 127
					   : IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

static int open_socket(const union address *a, socklen_t len)
{
	int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, off = 0;

	if (fd < 0)
		return -1;
	if (a->any.sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, &a->any, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int code = errno;
	close(fd);
	errno = code;
	return -1;
}

static int print(int fd, char ret_text[LISTEN_TEXT], const char *where, struct err *e)
{
	union address a = {0};
	socklen_t len = sizeof(a);
	char host[INET6_ADDRSTRLEN];

	if (getsockname(fd, &a.any, &len) < 0) {
		close(fd);
		return failed(where, e);
	}
	if (a.any.sa_family == AF_INET)
		snprintf(ret_text, LISTEN_TEXT, "%s:%d", inet_ntop(AF_INET, &a.v4.sin_addr, host, sizeof(host)),
			ntohs(a.v4.sin_port));
	else
		snprintf(ret_text, LISTEN_TEXT, "[%s]:%d", inet_ntop(AF_INET6, &a.v6.sin6_addr, host, sizeof(host)),
			ntohs(a.v6.sin6_port));
	return fd;
}

static int open_address(const char *where, bool loopback, char ret_text[LISTEN_TEXT], struct err *e)
{
	union address a;
	socklen_t len = parse(where, &a);

	if (len == 0)
		return err_set(e, EINVAL, TR("\"%s\" is no ADDRESS:PORT and no path", "「%s」は アドレス:ポート でもパスでもありません"),
			where);
	if (loopback && !is_loopback(&a))
		return err_set(e, EINVAL,
			TR("\"%s\" is not the loopback: what comes there is trusted", "「%s」はループバックではありません（ここに来る要求は信用されます）"),
			where);
	int fd = open_socket(&a, len);
	if (fd < 0 && errno == EAFNOSUPPORT && IN6_IS_ADDR_UNSPECIFIED(&a.v6.sin6_addr)) {
		a.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = a.v6.sin6_port};
		fd = open_socket(&a, sizeof(a.v4));
	}
	return fd < 0 ? failed(where, e) : print(fd, ret_text, where, e);
}

static bool somebody_listens(const union address *a)
{
	AUTO(close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, &a->any, sizeof(a->path)) == 0;
}

static int open_path(const char *where, char ret_text[LISTEN_TEXT], struct err *e)
{
	union address a = {.path = {.sun_family = AF_UNIX}};

	if (strlen(where) >= sizeof(a.path.sun_path))
		return err_set(e, ENAMETOOLONG, TR("\"%s\" is too long for a socket", "「%s」はソケットのパスとして長すぎます"), where);
	memcpy(a.path.sun_path, where, strlen(where));
	if (somebody_listens(&a))
		return err_set(e, EADDRINUSE, TR("somebody listens at %s already", "%s では既に待ち受けています"), where);
	unlink(where);
	int fd = open_socket(&a, sizeof(a.path));
	if (fd < 0)
		return failed(where, e);
	if (chmod(where, 0660) < 0) {
		close(fd);
		return failed(where, e);
	}
	snprintf(ret_text, LISTEN_TEXT, "%s", where);
	return fd;
}

int listen_open(const char *where, bool loopback, char ret_text[LISTEN_TEXT], struct err *e)
{
	return strchr(where, '/') ? open_path(where, ret_text, e) : open_address(where, loopback, ret_text, e);
}
