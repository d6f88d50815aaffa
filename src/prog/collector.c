#include "prog/collector.h"

#include "base/number.h"
#include "base/text.h"
#include "collect/ca.h"
#include "collect/files.h"
#include "prog/collected.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum { HTTPS_PORT = 443, NAME_BYTES = 256 };

void collector_names(const struct prog *p, char *ret, size_t size)
{
	char host[NAME_BYTES] = "";

	gethostname(host, sizeof(host) - 1);
	if (p->settings.collect_names[0])
		snprintf(ret, size, "%s", p->settings.collect_names);
	else
		snprintf(ret, size, "%s,localhost", host);
}

/* Behind nginx its port is the usual one. */
static uint64_t port_of(const char *listen)
{
	const char *colon = strrchr(listen, ':');
	uint64_t port;

	return colon && number_u64(colon + 1, 1, UINT16_MAX, &port) ? port : HTTPS_PORT;
}

void collector_url(const struct prog *p, char *ret, size_t size)
{
	char names[1024], name[NAME_BYTES];
	const char *at = names;

	collector_names(p, names, sizeof(names));
	at += strspn(at, ", ");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, ", "), at);
	snprintf(ret, size, strchr(name, ':') ? "https://[%s]:%d" : "https://%s:%d", name,
		(int)port_of(p->settings.collect_listen));
}

/* Also the folders above it: a collector may be set up before anything was taken in. */
static int open_folder(const struct prog *p, struct err *e)
{
	char path[PATH_MAX];
	int rc = collected_folder(p, path, e);

	if (rc < 0)
		return rc;
	if (!p->settings.collect_folder[0] && mkdir(p->settings.store, 0700) < 0 && errno != EEXIST)
		return err_set(e, errno, "store: %s: %m", p->settings.store);
	AUTO(close) int fd = files_folder(AT_FDCWD, path, e);
	if (fd < 0)
		return err_context(e, fd, "collect.folder: ");
	int identity = files_folder(fd, "identity", e);
	if (identity < 0)
		return err_context(e, identity, "%s: ", path);
	return identity;
}

int collector_identity_open(const struct prog *p, struct collector_identity *ret, struct err *e)
{
	char names[1024];

	*ret = (struct collector_identity){.fd = open_folder(p, e)};
	if (ret->fd < 0)
		return ret->fd;
	if (flock(ret->fd, LOCK_EX) < 0 || fchmod(ret->fd, 0700) < 0)
		return err_set(e, errno, "identity: %m");
	collector_names(p, names, sizeof(names));
	int rc = ca_prepare(ret->fd, names, p->now_s, e);
	return rc < 0 ? rc : allow_read(ret->fd, &ret->allow, e);
}

void collector_identity_done(struct collector_identity *i)
{
	allow_done(&i->allow);
	if (i->fd > 0)
		close(i->fd);
}
