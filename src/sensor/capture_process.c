#include "sensor/capture_process.h"

#include "base/text.h"
#include "sensor/child.h"
#include "sensor/filter.h"
#include "sensor/guard.h"
#include "sensor/record.h"

#include <inttypes.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

enum { RETIRE_MS = 60, MIB = 1 << 20, KIB = 1024, DAY_S = 86400 };

/* Files below the spool, and the counters of sockets and clocks. */
static const int calls[] = {
	SCMP_SYS(openat), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(getdents64),
	SCMP_SYS(unlinkat), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(fdatasync), SCMP_SYS(fsync),
	SCMP_SYS(fchmod), SCMP_SYS(utimensat), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(fstatfs),
	SCMP_SYS(fcntl), SCMP_SYS(getsockopt), SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime),
};

static int open_ring(const struct sensor_config *c, struct ring **ret, struct err *e)
{
	AUTO(free) struct filter *filter = malloc(sizeof(*filter));

	if (!filter)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = filter_make(c->addresses, c->address_count, sensor_is_reactive(c), filter, e);
	if (rc < 0)
		return rc;
	const struct ring_options options = {.interface = c->settings.interface,
		.filter = filter->code,
		.filter_len = filter->len,
		.bytes = c->settings.ring_mib * MIB,
		.retire_ms = RETIRE_MS,
		.sent_too = sensor_is_reactive(c), /* the centre sees handshakes */
		.fanout = (uint16_t)c->settings.ring_fanout};
	rc = ring_open(&options, ret, e);
	if (rc == 0 && ring_merges(*ret))
		fprintf(stderr,
			TR("teiten-sensor: %s puts packets together (GRO or LRO), so that they are not as "
			   "they were on the wire: ethtool -K %s gro off lro off\n",
				"teiten-sensor: %s "
				"は複数のパケットを結合して渡します（GRO/LRO）。届いたままを記録するには: "
				"ethtool -K %s gro off lro off\n"),
			c->settings.interface, c->settings.interface);
	return rc;
}

static int open_spool(const struct sensor_config *c, struct spool **ret, struct err *e)
{
	const struct sensor_settings *s = &c->settings;
	const struct spool_options options = {.folder = s->spool_folder,
		.bytes_max = s->spool_mib * MIB,
		.free_bytes_min = s->spool_free_mib * MIB,
		.age_max_s = s->spool_days * DAY_S};
	struct spool_found found;

	umask(0007); /* the uploader's account is of the same group */
	int rc = spool_open(&options, ret, &found, e);
	if (rc == 0 && found.repaired + found.set_aside > 0)
		fprintf(stderr, "teiten-sensor: state=repaired segments=%" PRIu64 " set_aside=%" PRIu64 "\n",
			found.repaired, found.set_aside);
	return rc;
}

static int guard(const struct sensor_config *c, const struct spool *spool, struct err *e)
{
	const int folder = spool_folder(spool);
	int abi, rc = guard_files(&folder, 1, &abi, e);

	if (rc == 0)
		rc = guard_calls(calls, ARRAY_SIZE(calls), e);
	if (rc == 0)
		fprintf(stderr,
			"teiten-sensor: state=capturing sensor=%s interface=%s prefixes=%zu ring_mib=%" PRIu64
			" landlock=%d\n",
			c->settings.name, c->settings.interface, c->address_count, c->settings.ring_mib, abi);
	return rc;
}

static struct record_options record_options(const struct sensor_settings *s)
{
	return (struct record_options){.sensor = s->name,
		.interface = s->interface,
		.mode = s->mode,
		.segment_bytes = s->segment_kib * KIB,
		.segment_s = s->segment_s,
		.spool_bytes_max = s->spool_mib * MIB};
}

int capture_process(const struct sensor_config *c, int ready_fd, struct err *e)
{
	const struct record_options options = record_options(&c->settings);
	const volatile sig_atomic_t *stop = child_stop();
	AUTO(ring_close) struct ring *ring = NULL;
	AUTO(spool_close) struct spool *spool = NULL;
	AUTO(record_free) struct record *record = NULL;

	int rc = open_ring(c, &ring, e);
	if (rc == 0)
		rc = guard_user(c->settings.user, "users.capture", e);
	if (rc == 0)
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* a change of user clears it */
	if (rc == 0)
		rc = open_spool(c, &spool, e);
	if (rc == 0)
		rc = record_new(&options, ring, spool, &record, e);
	if (rc == 0)
		rc = guard(c, spool, e);
	if (rc < 0)
		return rc;
	if (write(ready_fd, "", 1) != 1)
		return err_set(e, EPIPE, TR("the parent is gone", "親プロセスがなくなりました"));
	return record_run(record, stop, e);
}
