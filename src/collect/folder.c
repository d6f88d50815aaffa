/* The folder of a collector: made, locked, repaired. */
#include "base/text.h"
#include "collect/files.h"
#include "collect/parts.h"
#include "collect/quarantine.h"
#include "collect/take.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

static int lock_folder(struct collect *c, struct err *e)
{
	c->lock_fd = openat(c->folder_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (c->lock_fd < 0)
		return err_set(e, errno, "lock: %m");
	if (flock(c->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(e, EBUSY, TR("another collector has this folder", "別の収集プロセスがこのフォルダーを使っています"));
	return 0;
}

int folder_open(struct collect *c, struct err *e)
{
	const struct {
		int *fd;
		const char *name;
	} parts[] = {{&c->tmp_fd, "tmp"}, {&c->sensors_fd, "sensors"}, {&c->identity_fd, "identity"},
		{&c->folders.inbox_fd, "inbox"}, {&c->folders.known_fd, "known"},
		{&c->folders.quarantine_fd, "quarantine"}};

	c->folder_fd = files_folder(AT_FDCWD, c->options.folder, e);
	if (c->folder_fd < 0)
		return c->folder_fd;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		*parts[i].fd = files_folder(c->folder_fd, parts[i].name, e);
		if (*parts[i].fd < 0)
			return *parts[i].fd;
	}
	int rc = lock_folder(c, e);
	if (rc < 0)
		return rc;
	desks_init(&c->desks, &c->folders);
	return allow_live_open(c->identity_fd, &c->allow, e);
}

void folder_close(struct collect *c)
{
	int fds[] = {c->folder_fd, c->tmp_fd, c->sensors_fd, c->identity_fd, c->lock_fd, c->folders.inbox_fd,
		c->folders.known_fd, c->folders.quarantine_fd};

	if (c->allow)
		desks_done(&c->desks);
	allow_live_close(c->allow);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* --- after a crash --- */

struct repair {
	struct collect *c;
	struct collect_found *found;
	struct desk *desk;
	int64_t now_s;
};

static int sweep_one(void *context, const char *name, struct err *e)
{
	struct repair *r = context;

	if (unlinkat(r->c->tmp_fd, name, 0) == 0)
		r->found->swept++;
	return 0;
}

/* What the loader could not read either. */
static int set_aside(struct repair *r, const char *name, const char *reason, struct err *e)
{
	r->found->set_aside++;
	return quarantine_put(r->desk->quarantine_fd, name, r->desk->inbox_fd, name, reason, r->c->options.quarantine_bytes,
		&r->desk->quarantine_bytes, e);
}

/* Gone, meanwhile: somebody loads the inbox. */
static int repair_one(void *context, const char *file, struct err *e)
{
	struct repair *r = context;
	struct spool_name name;
	struct taken known;
	struct err why = {""};

	if (!spool_name_parse(file, &name))
		return 0;
	int rc = taken_find(r->desk->known_fd, name.epoch, name.sequence, &known, e);
	if (rc != 0)
		return rc;
	rc = take_up(r->desk, &name, r->now_s, &why);
	if (rc == -EBADMSG)
		return set_aside(r, file, why.text, e);
	r->found->taken_up += rc == 0;
	return rc == 0 || rc == -ENOENT ? 0 : err_context(e, rc, "%s", why.text);
}

static int repair_desk(void *context, const char *sensor, struct err *e)
{
	struct repair *r = context;

	if (!allow_is_name(sensor))
		return 0;
	int rc = desks_get(&r->c->desks, sensor, &r->desk, e);
	return rc < 0 ? rc : files_each(r->desk->inbox_fd, repair_one, r, e);
}

int folder_repair(struct collect *c, struct collect_found *ret, struct err *e)
{
	struct repair r = {.c = c, .found = ret, .now_s = time(NULL)};

	*ret = (struct collect_found){0};
	int rc = files_each(c->tmp_fd, sweep_one, &r, e);
	return rc < 0 ? rc : files_each(c->folders.inbox_fd, repair_desk, &r, e);
}
