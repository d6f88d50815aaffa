/* Runs a command and writes what it took into a file: "wall seconds<TAB>CPU seconds (user and
 * system, with the children it waited for)<TAB>peak resident KiB".
 *
 *   bench_measure [-c CORES] FILE COMMAND [ARGUMENT...]
 *
 * -c CORES: on that many cores, the first ones that we may use. A program cannot leave them:
 * libtrace sets its own affinity, which silently undoes taskset(1), so that call succeeds and does
 * nothing. Exit status: the command's. */
#include "base/base.h"
#include "base/number.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static bool pin(uint64_t cores)
{
	cpu_set_t may, use;

	CPU_ZERO(&use);
	if (sched_getaffinity(0, sizeof(may), &may) < 0)
		return false;
	for (int i = 0; i < CPU_SETSIZE && (uint64_t)CPU_COUNT(&use) < cores; i++)
		if (CPU_ISSET(i, &may))
			CPU_SET(i, &use);
	return sched_setaffinity(0, sizeof(use), &use) == 0;
}

static bool stay(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_setaffinity, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = ARRAY_SIZE(filter), .filter = filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void start(uint64_t cores, char **command)
{
	if (cores > 0 && (!pin(cores) || !stay()))
		perror("bench_measure: cannot pin");
	else if (execvp(command[0], command) < 0)
		perror(command[0]);
	_exit(127);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static int measure(const char *file, uint64_t cores, char **command)
{
	AUTO(fclose) FILE *out = fopen(file, "we");
	struct rusage used;
	double before = now_s();
	int status = 0;
	pid_t pid = out ? fork() : -1;

	if (pid == 0)
		start(cores, command);
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror(out ? "bench_measure" : file);
		return 2;
	}
	fprintf(out, "%.3f\t%.3f\t%ld\n", now_s() - before,
		seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	uint64_t cores = 0;
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		if (!number_u64(argv[2], 1, CPU_SETSIZE, &cores))
			argc = 0;
		first = 3;
	}
	if (argc < first + 2) {
		fprintf(stderr, "usage: bench_measure [-c CORES] FILE COMMAND [ARGUMENT...]\n");
		return 2;
	}
	return measure(argv[first], cores, argv + first + 1);
}
