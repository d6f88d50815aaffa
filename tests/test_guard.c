/* What a guarded process cannot do: each try in a child of its own, which ends with the errno that it met. */
#include "sensor/guard.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char folder[] = "/tmp/teiten-guard-XXXXXX";
static int folder_fd;

static void make_folder(void)
{
	cr_assert(mkdtemp(folder));
	cr_assert_eq(chmod(folder, 0777), 0);
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
}

static void remove_folder(void)
{
	unlinkat(folder_fd, "inside", 0);
	close(folder_fd);
	rmdir(folder);
}

TestSuite(guard, .init = make_folder, .fini = remove_folder);

static const int calls[] = {SCMP_SYS(openat), SCMP_SYS(lseek), SCMP_SYS(unlinkat)};

static const int client_calls[] = {SCMP_SYS(openat), SCMP_SYS(socket), SCMP_SYS(connect)};

/* CLIENT: may read below /etc and connect to PORT. */
enum layer { RIGHTS = 1, FILES = 2, CALLS = 4, ALL = 7, CLIENT = 8, CLIENT_CALLS = 16 };

enum { PORT = 1, OTHER_PORT = 2 }; /* where nobody listens */

static int guard_client(struct err *e)
{
	const int readable = open("/etc", O_RDONLY | O_DIRECTORY);
	const uint16_t port = PORT;
	const struct guard_access access = {.folders = &folder_fd, .folder_count = 1, .readable = &readable,
		.readable_count = 1, .ports = &port, .port_count = 1};
	int abi = 0;

	return guard_access(&access, &abi, e);
}


static void guard(int layers)
{
	struct err e = {""};
	int abi = 0;

	if ((layers & RIGHTS && guard_user("nobody", "users.capture", &e) < 0) ||
		(layers & FILES && guard_files(&folder_fd, 1, &abi, &e) < 0) ||
		(layers & CLIENT && guard_client(&e) < 0) ||
		(layers & CALLS && guard_calls(calls, ARRAY_SIZE(calls), &e) < 0) ||
		(layers & CLIENT_CALLS && guard_calls(client_calls, ARRAY_SIZE(client_calls), &e) < 0))
		_exit(255);
}

/* The errno of what was tried, 0 when it went well; minus the signal that ended it. */
static int try_guarded(int layers, int (*what)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		guard(layers);
		_exit(what() < 0 ? errno : 0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int open_passwd(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int write_inside(void)
{
	int fd = openat(folder_fd, "inside", O_WRONLY | O_CREAT, 0600);

	return fd < 0 ? -1 : (int)write(fd, "x", 1);
}

static int write_outside(void)
{
	return openat(folder_fd, "../teiten-guard-escape", O_WRONLY | O_CREAT, 0600);
}

static int packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
}

static int any_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int connect_to(uint16_t port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	return connect(any_socket(), (const struct sockaddr *)&address, sizeof(address));
}

static int connect_allowed(void)
{
	return connect_to(PORT);
}

static int connect_other(void)
{
	return connect_to(OTHER_PORT);
}

static int write_hosts(void)
{
	return open("/etc/teiten-guard-escape", O_WRONLY | O_CREAT, 0600);
}

static int open_proc(void)
{
	return open("/proc/self/status", O_RDONLY);
}

static int run_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int become_root(void)
{
	return setuid(0);
}

static int trace_parent(void)
{
	return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static int signal_parent(void)
{
	return kill(getppid(), 0);
}

static int make_process(void)
{
	return (int)syscall(SYS_fork);
}

static int run_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static long landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static bool has_landlock(void)
{
	return landlock_abi() > 0;
}

Test(guard, files_of_the_folder_can_be_written_and_no_others_opened)
{
	cr_assert_eq(try_guarded(ALL, write_inside), 0);
	if (!has_landlock())
		cr_skip_test("no Landlock in this kernel");
	cr_assert_eq(try_guarded(RIGHTS | FILES, open_passwd), EACCES);
	cr_assert_eq(try_guarded(ALL, open_passwd), EACCES);
	cr_assert_eq(try_guarded(ALL, write_outside), EACCES);
	cr_assert_eq(try_guarded(RIGHTS, open_passwd), 0, "it is Landlock that forbids it");
}

Test(guard, no_packet_socket_is_to_be_had)
{
	cr_assert_eq(try_guarded(RIGHTS, packet_socket), EPERM);
	cr_assert_eq(try_guarded(CALLS, packet_socket), EPERM);
	cr_assert_eq(try_guarded(CALLS, any_socket), EPERM);
	cr_assert_eq(try_guarded(RIGHTS, any_socket), 0);
}

Test(guard, who_sends_reads_what_it_was_given_and_writes_only_the_folder)
{
	if (!has_landlock())
		cr_skip_test("no Landlock in this kernel");
	cr_assert_eq(try_guarded(CLIENT, open_passwd), 0);
	cr_assert_eq(try_guarded(CLIENT, write_inside), 0);
	cr_assert_eq(try_guarded(CLIENT, write_hosts), EACCES);
	cr_assert_eq(try_guarded(CLIENT, open_proc), EACCES);
}

Test(guard, who_sends_connects_to_the_ports_it_was_given)
{
	cr_assert_eq(try_guarded(CLIENT | CLIENT_CALLS, connect_allowed), ECONNREFUSED);
	if (landlock_abi() < 4)
		cr_skip_test("Landlock of this kernel knows no ports");
	cr_assert_eq(try_guarded(CLIENT | CLIENT_CALLS, connect_other), EACCES);
	cr_assert_eq(try_guarded(CLIENT_CALLS, connect_other), ECONNREFUSED, "it is Landlock that forbids it");
}

Test(guard, who_sends_has_no_socket_that_hears_packets)
{
	cr_assert_eq(try_guarded(CLIENT_CALLS, any_socket), 0);
	cr_assert_eq(try_guarded(CLIENT_CALLS, packet_socket), -SIGSYS);
}

Test(guard, no_program_is_started)
{
	cr_assert_eq(try_guarded(ALL, run_program), EPERM);
	if (has_landlock())
		cr_assert_eq(try_guarded(RIGHTS | FILES, run_program), EACCES);
	cr_assert_eq(try_guarded(RIGHTS, run_program), 0);
}

Test(guard, rights_do_not_come_back)
{
	if (geteuid() != 0)
		cr_skip_test("needs root to have any");
	cr_assert_eq(try_guarded(RIGHTS, become_root), EPERM);
	cr_assert_eq(try_guarded(RIGHTS, signal_parent), EPERM);
}

Test(guard, what_no_sensor_needs_ends_the_process)
{
	cr_assert_eq(try_guarded(CALLS, trace_parent), -SIGSYS);
	cr_assert_eq(try_guarded(CALLS, make_process), -SIGSYS);
	cr_assert_eq(try_guarded(CALLS, run_memory), -SIGSYS);
}
