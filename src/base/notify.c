#include "base/notify.h"

#include "base/base.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

bool notify_service(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (!path || !*path)
		return true;
	if (strlen(path) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	AUTO(close) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	return fd >= 0 && sendto(fd, state, strlen(state), 0, (struct sockaddr *)&address, len) >= 0;
}
