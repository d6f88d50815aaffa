/* teiten sensor add, teiten sensor renew: a new key and certificate. */
#include "prog/collector.h"
#include "prog/sensor_identity.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"
#include "collect/ca.h"
#include "collect/files.h"

#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>

enum {
	DAYS_DEFAULT = 730,
	DAYS_MAX = CA_DAYS,
	DAY_S = 86400,
	/* The old identity stays good for so long after a new one was made: it has to reach the post. */
	HANDOVER_S = 30 * DAY_S,
};

struct add_options {
	const char *name, *output;
	uint64_t days;
	bool renew, help;
};

static void print_usage(bool renew)
{
	printf(TR("usage: teiten sensor %s NAME [--days N] [--output FILE]\n"
		  "%s and prints the two lines to run at the post.\n"
		  "  NAME           a sensor of teiten.yaml\n"
		  "  --days N       how long it is valid (default: %d)\n"
		  "  --output FILE  where to write it (default: NAME.identity.pem); it must be kept secret\n",
		       "使い方: teiten sensor %s 名前 [--days 日数] [--output ファイル]\n"
		       "%s、設置場所で実行する二行を表示します。\n"
		       "  名前               teiten.yaml のセンサー\n"
		       "  --days 日数        有効な日数（既定は %d）\n"
		       "  --output ファイル  書き込み先（既定は 名前.identity.pem）。人に見せないでください\n"),
		renew ? "renew" : "add",
		renew ? TR("Makes a new key and certificate for a sensor that has one (the old one stays valid for 30 days)",
				"証明書のあるセンサーに新しい鍵と証明書を作り（古いものはあと 30 日有効）")
		      : TR("Makes a key and a certificate for a sensor", "センサーの鍵と証明書を作り"),
		DAYS_DEFAULT);
}

static int refuse_usage(const struct add_options *o, struct err *e)
{
	return err_set(e, EINVAL,
		TR("sensor %1$s: one name is expected, and the options of teiten sensor %1$s --help",
			"sensor %1$s: 名前を一つと、teiten sensor %1$s --help にあるオプションを指定してください"),
		o->renew ? "renew" : "add");
}

static int parse_days(const char *text, uint64_t *ret, struct err *e)
{
	if (number_u64(text, 1, DAYS_MAX, ret))
		return 0;
	return err_set(e, EINVAL, TR("--days: \"%s\" is no number from 1 to %d", "--days:「%s」は 1 から %d までの数ではありません"),
		text, DAYS_MAX);
}

static int parse_options(int argc, char **argv, struct add_options *o, struct err *e)
{
	static const struct option longs[] = {{"days", required_argument, NULL, 'd'},
		{"output", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, "o:h", longs, NULL)) != -1) {
		if (option == 'd' && parse_days(optarg, &o->days, e) < 0)
			return -EINVAL;
		if (option == 'o')
			o->output = optarg;
		if (option == 'h')
			o->help = true;
		if (option == '?')
			return refuse_usage(o, e);
	}
	if (o->help)
		return 0;
	if (argc - optind != 1)
		return refuse_usage(o, e);
	o->name = argv[optind];
	return 0;
}

static int check_name(const struct prog *p, const char *name, struct err *e)
{
	if (!allow_is_name(name))
		return err_set(e, EINVAL,
			TR("\"%s\" cannot be a sensor that sends: 1 to 64 letters, digits, - _ . and no dot at the beginning",
				"「%s」は送信するセンサーの名前に使えません（英数字と - _ . で 64 文字まで、先頭は . 以外）"),
			name);
	if (plant_named(&p->configured, name) < 0)
		return err_set(e, ENOENT,
			TR("\"%1$s\" is no sensor of teiten.yaml: add \"- {name: %1$s, addresses: [...]}\" below sensors:",
				"「%1$s」は teiten.yaml のセンサーではありません。sensors: の下に「- {name: %1$s, addresses: "
				"[...]}」を加えてください"),
			name);
	return 0;
}

/* Of those that are good now, the one that ends last; NULL when there is none. */
static struct allow_entry *newest(const struct allow *a, const char *name, int64_t now_s)
{
	struct allow_entry *found = NULL;

	for (size_t i = 0; i < a->count; i++) {
		struct allow_entry *entry = &a->entries[i];

		if (strcmp(entry->sensor, name) == 0 && allow_judge(entry, now_s) == ALLOW_YES &&
			(!found || entry->until_s > found->until_s))
			found = entry;
	}
	return found;
}

static int check_before(const struct add_options *o, const struct allow *a, int64_t now_s, struct err *e)
{
	const struct allow_entry *old = newest(a, o->name, now_s);
	char until[ZONE_TEXT_SIZE];

	if (old && !o->renew)
		return err_set(e, EEXIST,
			TR("%1$s has an identity until %2$s: teiten sensor renew %1$s makes a new one, teiten sensor revoke %1$s "
			   "ends it",
				"%1$s には %2$s まで有効な証明書があります。新しく作るには teiten sensor renew %1$s、失効させるには "
				"teiten sensor revoke %1$s"),
			o->name, zone_print(old->until_s, until));
	if (!old && o->renew)
		return err_set(e, ENOENT,
			TR("%1$s has no identity that is valid: teiten sensor add %1$s makes one",
				"%1$s に有効な証明書はありません。teiten sensor add %1$s で作れます"),
			o->name);
	return 0;
}

/* What is good now ends soon, as another comes. */
static void end_old(const struct allow *a, const char *name, int64_t now_s)
{
	for (size_t i = 0; i < a->count; i++) {
		struct allow_entry *entry = &a->entries[i];

		if (strcmp(entry->sensor, name) == 0 && entry->until_s > now_s + HANDOVER_S)
			entry->until_s = now_s + HANDOVER_S;
	}
}

/* A new file that nobody else can read; never over one that is there. */
static int write_secret(const char *path, const struct buf *pem, struct err *e)
{
	AUTO(close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(e, errno,
			errno == EEXIST ? TR("%s is there already: move it away, or say --output", "%s は既にあります。移すか、--output を指定してください")
					: TR("cannot write %s: %m", "%s に書き込めません: %m"),
			path);
	if (files_write_all(fd, pem->data, pem->len) < 0 || fsync(fd) < 0) {
		int code = err_set(e, errno, TR("cannot write %s: %m", "%s に書き込めません: %m"), path);

		unlink(path);
		return code;
	}
	return 0;
}

/* The file is there before the collector accepts it; without the list's new line it is worth nothing. */
static int make(const struct prog *p, const struct add_options *o, struct collector_identity *identity,
	const char *path, struct allow_entry *entry, struct err *e)
{
	AUTO(buf_done) struct buf pem = {0};
	int rc = ca_issue(identity->fd, o->name, p->now_s, entry->until_s, &pem, entry->digest, e);

	if (rc == 0)
		rc = write_secret(path, &pem, e);
	if (pem.data)
		explicit_bzero(pem.data, pem.len);
	if (rc < 0)
		return rc;
	end_old(&identity->allow, o->name, p->now_s);
	rc = allow_add(&identity->allow, entry, e);
	if (rc == 0)
		rc = allow_write(identity->fd, &identity->allow, e);
	if (rc < 0)
		unlink(path);
	return rc;
}

static void print_next(const struct prog *p, const char *path, const struct allow_entry *entry)
{
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
	char url[512], until[ZONE_TEXT_SIZE];

	collector_url(p, url, sizeof(url));
	printf(TR("%s: identity of %s, valid until %s. Bring it to the post by a way that you trust, and run there:\n",
		       "%s: %s の証明書と鍵（%s まで有効）。安全な方法で設置場所に運び、そこで次を実行してください:\n"),
		path, entry->sensor, zone_print(entry->until_s, until));
	printf("  sudo install -D -m 0600 %s /etc/teiten-sensor/identity.pem\n", file);
	printf("  printf 'upload:\\n  identity: /etc/teiten-sensor/identity.pem\\n  collectors: [%s]\\n' | "
	       "sudo tee -a /etc/teiten/teiten-sensor.yaml\n",
		url);
}

static int add(struct prog *p, const struct add_options *o, struct err *e)
{
	AUTO(collector_identity_done) struct collector_identity identity = {.fd = -1};
	struct allow_entry entry = {.since_s = p->now_s, .until_s = p->now_s + (int64_t)o->days * DAY_S};
	char path[PATH_MAX];
	int rc = check_name(p, o->name, e);

	if (rc == 0)
		rc = collector_identity_open(p, &identity, e);
	if (rc == 0)
		rc = check_before(o, &identity.allow, p->now_s, e);
	if (rc < 0)
		return EXIT_FAILED;
	snprintf(entry.sensor, sizeof(entry.sensor), "%s", o->name);
	snprintf(path, sizeof(path), o->output ? "%s" : "%s.identity.pem", o->output ? o->output : o->name);
	if (make(p, o, &identity, path, &entry, e) < 0)
		return EXIT_FAILED;
	print_next(p, path, &entry);
	return EXIT_DONE;
}

static int run(struct prog *p, bool renew, int argc, char **argv, struct err *e)
{
	struct add_options o = {.days = DAYS_DEFAULT, .renew = renew};

	if (parse_options(argc, argv, &o, e) < 0)
		return EXIT_USAGE;
	if (!o.help)
		return add(p, &o, e);
	print_usage(renew);
	return EXIT_DONE;
}

int sensor_add(struct prog *p, int argc, char **argv, struct err *e)
{
	return run(p, false, argc, argv, e);
}

int sensor_renew(struct prog *p, int argc, char **argv, struct err *e)
{
	return run(p, true, argc, argv, e);
}
