/* teiten sensor revoke: a sensor may not send any more, from its next request on. */
#include "prog/collector.h"
#include "prog/sensor_identity.h"

#include "base/text.h"

#include <string.h>

static void print_usage(void)
{
	fputs(TR("usage: teiten sensor revoke NAME\n"
		 "Refuses all identities of a sensor from its next request on, over open connections too.\n",
		      "使い方: teiten sensor revoke 名前\n"
		      "センサーのすべての証明書を、次の要求から受け付けません。接続中のものも同じです。\n"),
		stdout);
}

/* How many were good until now. */
static size_t revoke_all(const struct allow *a, const char *name, int64_t now_s)
{
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct allow_entry *entry = &a->entries[i];

		if (strcmp(entry->sensor, name) != 0 || entry->revoked_s)
			continue;
		entry->revoked_s = now_s;
		count++;
	}
	return count;
}

static int revoke_sensor(struct prog *p, const char *name, struct err *e)
{
	AUTO(collector_identity_done) struct collector_identity identity = {.fd = -1};

	if (collector_identity_open(p, &identity, e) < 0)
		return EXIT_FAILED;
	size_t count = revoke_all(&identity.allow, name, p->now_s);
	if (count == 0) {
		err_set(e, ENOENT,
			TR("%s has no identity to revoke: see teiten sensor list",
				"%s に失効させる証明書はありません（teiten sensor list を見てください）"),
			name);
		return EXIT_FAILED;
	}
	if (allow_write(identity.fd, &identity.allow, e) < 0)
		return EXIT_FAILED;
	printf(TR("%s: revoked, identities: %zu\n", "%s: 失効させました（証明書 %zu 件）\n"), name, count);
	return EXIT_DONE;
}

int sensor_revoke(struct prog *p, int argc, char **argv, struct err *e)
{
	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_usage();
		return EXIT_DONE;
	}
	if (argc == 2)
		return revoke_sensor(p, argv[1], e);
	err_set(e, EINVAL, TR("sensor revoke: one name is expected", "sensor revoke: 名前を一つ指定してください"));
	return EXIT_USAGE;
}
