#include "sensor/guard.h"

#include "base/text.h"

#include <cap-ng.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pwd.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* --- user and capabilities --- */

static int no_dumps(struct err *e)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_set(e, errno, TR("cannot forbid core dumps: %m", "コアダンプを禁止できません: %m"));
	return 0;
}

static int no_new_rights(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "no_new_privs: %m");
	return 0;
}

static int find_user(const char *user, const char *setting, struct passwd **ret, struct err *e)
{
	*ret = getpwnam(user);
	if (*ret)
		return 0;
	return err_set(e, ENOENT,
		TR("there is no account \"%s\" (%s): see teiten-sensor(8)",
			"利用者「%s」がありません（%s）。teiten-sensor(8) を見てください"),
		user, setting);
}

static int drop_capabilities(struct err *e)
{
	capng_clear(CAPNG_SELECT_ALL);
	/* the bounding set needs CAP_SETPCAP, which a service without root does not have */
	int rc = capng_apply(capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) ? CAPNG_SELECT_ALL
										: CAPNG_SELECT_CAPS);
	return rc == 0 ? 0
		       : err_set(e, EPERM,
				 TR("cannot give up capabilities (%d)", "ケーパビリティを放棄できません（%d）"), rc);
}

int guard_user(const char *user, const char *setting, struct err *e)
{
	struct passwd *account;
	int rc = 0;

	if (geteuid() == 0) {
		rc = find_user(user, setting, &account, e);
		if (rc < 0)
			return rc;
		capng_clear(CAPNG_SELECT_BOTH);
		rc = capng_change_id((int)account->pw_uid, (int)account->pw_gid,
			CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
		if (rc < 0)
			return err_set(e, EPERM, TR("cannot become %s (%d)", "%s になれません（%d）"), user, rc);
	} else {
		capng_get_caps_process();
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
		rc = drop_capabilities(e);
		if (rc < 0)
			return rc;
	}
	rc = no_new_rights(e);
	return rc < 0 ? rc : no_dumps(e);
}

int guard_keep(const unsigned int *capabilities, size_t count, struct err *e)
{
	capng_get_caps_process();
	bool bounds = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < count; i++)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_INHERITABLE |
						CAPNG_BOUNDING_SET, capabilities[i]);
	int rc = capng_apply(bounds ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS);
	if (rc < 0)
		return err_set(e, EPERM,
			TR("cannot give up capabilities (%d)", "ケーパビリティを放棄できません（%d）"), rc);
	return no_dumps(e);
}

/* --- files --- */

/* What Debian's headers do not have yet (Linux 6.2 to 6.12: ABI 3 to 6). */
enum {
	FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL = 1 << 15,
	NET_BIND = 1 << 0,
	NET_CONNECT = 1 << 1,
	SCOPE_ABSTRACT = 1 << 0,
	SCOPE_SIGNAL = 1 << 1,
	FS_FIRST = (1 << 13) - 1, /* of ABI 1 */
	FS_FOLDER = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
		    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		    LANDLOCK_ACCESS_FS_MAKE_REG | FS_REFER | FS_TRUNCATE,
	FS_READABLE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	RULE_NET_PORT = 2, /* of enum landlock_rule_type */
};

struct net_port {
	uint64_t allowed, port;
};

struct ruleset {
	uint64_t files, net, scope;
};

/* Each ABI knows a longer structure; an older kernel refuses what it does not know. */
static size_t rules_for(int abi, struct ruleset *ret)
{
	*ret = (struct ruleset){.files = FS_FIRST};
	ret->files |= abi >= 2 ? FS_REFER : 0;
	ret->files |= abi >= 3 ? FS_TRUNCATE : 0;
	ret->files |= abi >= 5 ? FS_IOCTL : 0;
	ret->net = abi >= 4 ? NET_BIND | NET_CONNECT : 0;
	ret->scope = abi >= 6 ? SCOPE_ABSTRACT | SCOPE_SIGNAL : 0;
	return abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
}

static int add_folder(int fd, int ruleset_fd, uint64_t allowed, struct err *e)
{
	const struct landlock_path_beneath_attr folder = {
		.allowed_access = allowed, .parent_fd = fd};

	if (syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &folder, 0) < 0)
		return err_set(e, errno, "Landlock: %m");
	return 0;
}

static int add_port(uint16_t number, int ruleset_fd, struct err *e)
{
	const struct net_port port = {.allowed = NET_CONNECT, .port = number};

	if (syscall(SYS_landlock_add_rule, ruleset_fd, RULE_NET_PORT, &port, 0) < 0)
		return err_set(e, errno, "Landlock: %m");
	return 0;
}

static int add_access(const struct guard_access *access, int fd, const struct ruleset *rules, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < access->folder_count; i++)
		rc = add_folder(access->folders[i], fd, FS_FOLDER & rules->files, e);
	for (size_t i = 0; rc == 0 && i < access->readable_count; i++)
		rc = add_folder(access->readable[i], fd, FS_READABLE, e);
	for (size_t i = 0; rc == 0 && rules->net && i < access->port_count; i++)
		rc = add_port(access->ports[i], fd, e);
	return rc;
}

int guard_files(const int *folder_fds, size_t count, int *ret_abi, struct err *e)
{
	const struct guard_access access = {.folders = folder_fds, .folder_count = count};

	return guard_access(&access, ret_abi, e);
}

int guard_access(const struct guard_access *access, int *ret_abi, struct err *e)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset rules;
	int rc = no_new_rights(e);

	*ret_abi = abi > 0 ? (int)abi : 0;
	if (abi <= 0 || rc < 0)
		return rc;
	size_t size = rules_for((int)abi, &rules);
	AUTO(close) int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
	if (fd < 0)
		return err_set(e, errno, "Landlock: %m");
	rc = add_access(access, fd, &rules, e);
	if (rc == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return err_set(e, errno, "Landlock: %m");
	return rc;
}

/* --- system calls --- */

/* What every process of ours needs: memory, threads, time, descriptors that are open. */
static const int common_calls[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(exit), SCMP_SYS(exit_group),
	SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(poll),
	SCMP_SYS(ppoll), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(tgkill),
};

/* What an intruder tries first fails and is survived, so that it shows as what it is in a trace; the rest is fatal. */
static const int refused_calls[] = {
	SCMP_SYS(socket), SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(kill),
};

static int allow_sockets(scmp_filter_ctx context)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(families); i++)
		rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
	return rc;
}

static int allow(scmp_filter_ctx context, const int *calls, size_t count)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = calls[i] == SCMP_SYS(socket) ? allow_sockets(context)
						  : seccomp_rule_add(context, SCMP_ACT_ALLOW, calls[i], 0);
	return rc;
}

/* Threads, but no processes; memory, but none that can be run. glibc takes clone when clone3 is not there. */
static int allow_threads(scmp_filter_ctx context)
{
	int rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	if (rc == 0)
		rc = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (rc == 0)
		rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

static bool is_named(int call, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (calls[i] == call)
			return true;
	return false;
}

static int refuse(scmp_filter_ctx context, const int *calls, size_t count)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(refused_calls); i++)
		if (!is_named(refused_calls[i], calls, count))
			rc = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), refused_calls[i], 0);
	return rc;
}

int guard_calls(const int *calls, size_t count, struct err *e)
{
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = context ? allow(context, common_calls, ARRAY_SIZE(common_calls)) : -ENOMEM;

	if (rc == 0)
		rc = allow(context, calls, count);
	if (rc == 0)
		rc = allow_threads(context);
	if (rc == 0)
		rc = refuse(context, calls, count);
	if (rc == 0)
		rc = seccomp_load(context);
	seccomp_release(context);
	return rc == 0 ? 0
		       : err_set(e, -rc, TR("no seccomp filter: %s", "seccomp フィルターを設定できません: %s"),
				 strerror(-rc));
}
