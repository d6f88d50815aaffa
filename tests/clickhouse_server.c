/* libchdb as a ClickHouse server as users have one: a fixed port on loopback, the user "default"
 * without a password, no folder of ours. For tests and bench/server.
 *
 *   clickhouse_server LIBRARY FOLDER PORT          ends when its parent does or is killed */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The second user has a profile that switches our tokens off unless a request says otherwise. */
static void write_config(const char *folder, const char *port)
{
	FILE *config = fopen("config.xml", "we"), *users = fopen("users.xml", "we");

	fprintf(config,
		"<clickhouse><listen_host>127.0.0.1</listen_host><http_port>%s</http_port>"
		"<users_config>%s/users.xml</users_config>"
		"<max_server_memory_usage>2000000000</max_server_memory_usage>"
		"<mark_cache_size>16777216</mark_cache_size></clickhouse>\n",
		port, folder);
	fputs("<clickhouse><quotas><default/></quotas><profiles><default/><careless>"
	      "<deduplicate_insert>disable</deduplicate_insert><insert_deduplicate>0</"
	      "insert_deduplicate>"
	      "</careless></profiles><users>"
	      "<default><password></password><networks><ip>127.0.0.1</ip></networks>"
	      "<profile>default</profile><quota>default</quota></default>"
	      "<careless><password></password><networks><ip>127.0.0.1</ip></networks>"
	      "<profile>careless</profile><quota>default</quota></careless>"
	      "</users></clickhouse>\n",
		users);
	fclose(config);
	fclose(users);
}

int main(int argc, char **argv)
{
	char data[4096], config[4096];
	char run[] =
		"SYSTEM START LISTEN HTTP; SELECT sleepEachRow(1) FROM system.numbers SETTINGS "
		"max_block_size=1, function_sleep_max_microseconds_per_block=0 FORMAT Null";
	char *arguments[] = {(char[]){"clickhouse-local"}, (char[]){"--path"}, data,
		(char[]){"--config-file"}, config, (char[]){"--query"}, run, NULL};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN); /* as a server does; the library alone does not */
	void *library = argc == 4 ? dlopen(argv[1], RTLD_NOW) : NULL;
	if (!library || chdir(argv[2]) < 0 || !getcwd(data, sizeof(data) - 16)) {
		fprintf(stderr, "clickhouse_server: %s\n", library ? strerror(errno) : dlerror());
		return 1;
	}
	write_config(data, argv[3]);
	snprintf(config, sizeof(config), "%.4000s/config.xml", data);
	strcat(data, "/data");
	freopen("/dev/null", "r", stdin);
	freopen("log", "w", stdout);
	freopen("log", "w", stderr);
	void (*set_handlers)(int);
	void *(*query)(int, char **);
	*(void **)&set_handlers = dlsym(library, "chdb_set_signal_handlers_enabled");
	const char *(*error)(void *);
	*(void **)&query = dlsym(library, "chdb_query_cmdline");
	*(void **)&error = dlsym(library, "chdb_result_error");
	set_handlers(0);
	void *result = query(7, arguments);
	fprintf(stderr, "%s\n", result && error(result) ? error(result) : "the library gave up");
	return 1;
}
