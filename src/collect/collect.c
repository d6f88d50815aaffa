#include "collect/collect.h"

#include "base/text.h"
#include "collect/parts.h"

#include <errno.h>

static struct collect *collect_new(const struct collect_options *options)
{
	struct collect *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->options = *options;
	c->folder_fd = c->tmp_fd = c->sensors_fd = c->identity_fd = c->lock_fd = -1;
	c->folders = (struct desk_folders){-1, -1, -1};
	return c;
}

int collect_start(const struct collect_options *options, struct collect **ret, struct collect_found *ret_found,
	struct err *e)
{
	AUTO(collect_stop) struct collect *c = collect_new(options);

	if (!c)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = folder_open(c, e);
	if (rc == 0)
		rc = folder_repair(c, ret_found, e);
	if (rc < 0)
		return err_context(e, rc, "%s: ", options->folder);
	rc = server_start(c, e);
	if (rc == 0)
		*ret = TAKE(c);
	return rc;
}

void collect_stop(struct collect *c)
{
	if (!c)
		return;
	server_stop(c);
	folder_close(c);
	free(c);
}

const char *collect_address(const struct collect *c, enum collect_listener listener)
{
	for (size_t i = 0; i < LISTENERS; i++)
		if (c->listeners[i].kind == listener)
			return c->listeners[i].address;
	return "";
}

struct desks *collect_desks(struct collect *c)
{
	return &c->desks;
}

uint64_t collect_count(const struct collect *c, enum collect_verdict verdict)
{
	return atomic_load(&c->counts[verdict]);
}
