#include "sensor/upload_process.h"

#include "base/text.h"
#include "sensor/child.h"
#include "sensor/clock.h"
#include "sensor/guard.h"
#include "sensor/status_file.h"

#include <fcntl.h>
#include <limits.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

enum { MIB = 1 << 20, DNS_PORT = 53 };

/* Files of the spool, and what libcurl and the resolver of names need for connections. */
static const int calls[] = {
	SCMP_SYS(openat), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(getdents64),
	SCMP_SYS(unlinkat), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(fdatasync), SCMP_SYS(fsync),
	SCMP_SYS(fchmod), SCMP_SYS(utimensat), SCMP_SYS(fcntl), SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime),
	SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(getsockname),
	SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(sendto), SCMP_SYS(recvfrom),
	SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvmsg), SCMP_SYS(ioctl), SCMP_SYS(access),
	SCMP_SYS(readlink), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(pipe2), SCMP_SYS(eventfd2),
};

/* What the resolver reads: files there are replaced, so that the folders are allowed. This account has no secrets of its
 * own but the key, which is in memory. */
static const char *const resolver_folders[] = {"/etc", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager"};

/* What the sensor says of itself to the centre. */
static void tell(void *context, struct json *j)
{
	const struct sensor_config *c = context;
	const struct segment_clock clock = clock_read();
	struct status_file status;
	struct err unread = {""};

	json_open(j, "clock", '{');
	json_u64(j, "real_ns", (uint64_t)clock.real_ns);
	json_u64(j, "boot_ns", (uint64_t)clock.boot_ns);
	json_u64(j, "max_error_us", (uint64_t)clock.max_error_us);
	json_bool(j, "synchronised", clock.state != TIME_ERROR);
	json_close(j, '}');
	if (status_file_read(c->settings.spool_folder, &status, &unread) < 0)
		return;
	json_open(j, "capture", '{');
	status_file_put(&status, j);
	json_close(j, '}');
}

static struct upload_options options_of(const struct sensor_config *c)
{
	const struct sensor_settings *s = &c->settings;

	return (struct upload_options){.sensor = s->name,
		.spool = s->spool_folder,
		.identity = s->upload_identity,
		.proxy = s->upload_proxy,
		.collectors = (const char *const *)c->collectors,
		.collector_count = c->collector_count,
		.heartbeat_s = s->upload_heartbeat_s,
		.longest_retry_s = s->upload_retry_s,
		.backlog_kib_s = s->upload_backlog_kib,
		.rejected_bytes_max = s->upload_rejected_mib * MIB,
		.tell = tell,
		.context = (void *)c};
}

/* --- rights --- */

static int restrict_files(const struct sensor_config *c, const struct upload *u, int *ret_abi, struct err *e)
{
	uint16_t ports[UPLOAD_COLLECTORS_MAX + 2] = {DNS_PORT};
	int folder = upload_folder(u), readable[ARRAY_SIZE(resolver_folders)];
	struct guard_access access = {
		.folders = &folder, .folder_count = 1, .readable = readable, .ports = ports, .port_count = 1};

	for (size_t i = 0; i < c->collector_count; i++)
		ports[access.port_count++] = upload_port(c->collectors[i]);
	if (c->settings.upload_proxy[0])
		ports[access.port_count++] = upload_port(c->settings.upload_proxy);
	for (size_t i = 0; i < ARRAY_SIZE(resolver_folders); i++) {
		int fd = open(resolver_folders[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			readable[access.readable_count++] = fd;
	}
	int rc = guard_access(&access, ret_abi, e);
	for (size_t i = 0; i < access.readable_count; i++)
		close(readable[i]);
	return rc;
}

static int guard(const struct sensor_config *c, const struct upload *u, struct err *e)
{
	int abi, rc = restrict_files(c, u, &abi, e);

	if (rc == 0)
		rc = guard_calls(calls, ARRAY_SIZE(calls), e);
	if (rc == 0)
		fprintf(stderr, "teiten-sensor: state=uploading sensor=%s collectors=%zu landlock=%d\n",
			c->settings.name, c->collector_count, abi);
	return rc;
}

/* parent_fd: -1 when there is no parent that waits. */
static int upload(const struct sensor_config *c, int parent_fd, struct err *e)
{
	const struct upload_options options = options_of(c);
	const volatile sig_atomic_t *stop = child_stop();
	AUTO(upload_close) struct upload *u = NULL;

	umask(0007);
	int rc = upload_open(&options, &u, e);
	if (rc == 0)
		rc = guard_user(c->settings.upload_user, "users.upload", e);
	if (rc == 0 && parent_fd >= 0)
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* a change of user clears it */
	if (rc == 0)
		rc = upload_join(u, e);
	if (rc == 0)
		rc = guard(c, u, e);
	if (rc < 0)
		return rc;
	if (parent_fd >= 0 && write(parent_fd, "", 1) != 1)
		return err_set(e, EPIPE, TR("the parent is gone", "親プロセスがなくなりました"));
	return upload_run(u, stop, e);
}

int upload_process(const struct sensor_config *c, int ready_fd, struct err *e)
{
	return upload(c, ready_fd, e);
}

int upload_alone(const struct sensor_config *c, struct err *e)
{
	if (c->collector_count == 0)
		return err_set(e, EINVAL,
			TR("upload.collectors names no collector: see teiten-sensor(8)",
				"upload.collectors に収集サーバーがありません。teiten-sensor(8) を見てください"));
	return upload(c, -1, e);
}
