#include "sensor/silence.h"

#include "base/buf.h"
#include "base/text.h"
#include "decode/decode.h"

#include <ctype.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { V4_BITS = 96 };

static bool is_v4(const struct prefix *p)
{
	return p->bits >= V4_BITS && addr_is_v4(&p->addr);
}

static bool is_host(const struct sensor_config *c)
{
	return strcmp(c->settings.silence, "host") == 0;
}

static bool is_off(const struct sensor_config *c)
{
	return strcmp(c->settings.silence, "off") == 0;
}

/* "table netdev teiten_eth0" */
static void put_table(struct buf *out, const struct sensor_config *c, bool host)
{
	buf_printf(out, "table %s teiten_", host ? "inet" : "netdev");
	for (const char *at = c->settings.interface; *at; at++)
		buf_char(out, isalnum((unsigned char)*at) ? *at : '_');
}

/* Of both forms: a crash may have left the other one, before the setting was changed. The first line is for the case that there
 * is none to delete. */
static void put_removal(struct buf *out, const struct sensor_config *c)
{
	for (int host = 0; host <= 1; host++) {
		put_table(out, c, host);
		buf_text(out, "\ndelete ");
		put_table(out, c, host);
		buf_char(out, '\n');
	}
}

/* "ip daddr { 198.51.100.16/28, ... } " of one version; false when there is none. */
static bool put_addresses(struct buf *out, const struct sensor_config *c, bool v4)
{
	char text[ADDR_TEXT_SIZE];
	size_t count = 0;

	for (size_t i = 0; i < c->address_count; i++) {
		if (is_v4(&c->addresses[i]) != v4)
			continue;
		buf_text(out, count++ ? ", " : v4 ? "ip daddr { " : "ip6 daddr { ");
		buf_text(out, prefix_print(&c->addresses[i], text));
	}
	if (count > 0)
		buf_text(out, " } ");
	return count > 0;
}

static void put_accept(struct buf *out, const struct sensor_accept *a)
{
	static const struct {
		uint8_t number;
		const char *name;
	} names[] = {{PROTOCOL_TCP, "tcp"}, {PROTOCOL_UDP, "udp"}, {PROTOCOL_ICMP, "icmp"},
		{PROTOCOL_ICMPV6, "icmpv6"}};
	const char *protocol = "tcp";
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].number == a->protocol)
			protocol = names[i].name;
	buf_char(out, '\t');
	buf_char(out, '\t');
	if (a->from.bits > 0)
		buf_printf(out, "%s saddr %s ", is_v4(&a->from) ? "ip" : "ip6",
			prefix_print(&a->from, text));
	buf_printf(out, "meta l4proto %s ", protocol);
	if (a->port)
		buf_printf(out, "%s dport %u ", protocol, a->port);
	if (a->from_port)
		buf_printf(out, "%s sport %u ", protocol, a->from_port);
	buf_text(out, "accept\n");
}

/* Neighbour discovery must go on, or the machine loses its own address. */
static void put_accepts(struct buf *out, const struct sensor_config *c)
{
	buf_text(out, "\t\ticmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } accept\n");
	for (size_t i = 0; i < c->accept_count; i++)
		put_accept(out, &c->accepts[i]);
}

static void put_drops(struct buf *out, const struct sensor_config *c)
{
	for (int v4 = 0; v4 <= 1; v4++) {
		buf_text(out, "\t\t");
		buf_text(out, put_addresses(out, c, v4) ? "drop\n" : "\n");
	}
}

static void put_chain(struct buf *out, const struct sensor_config *c)
{
	const char *interface = c->settings.interface;

	put_table(out, c, is_host(c));
	buf_text(out, " {\n\tchain silence {\n");
	if (is_host(c)) {
		buf_text(out, "\t\ttype filter hook prerouting priority raw; policy accept;\n");
		buf_printf(out, "\t\tiifname != \"%s\" accept\n", interface);
		put_accepts(out, c);
	} else {
		buf_printf(out, "\t\ttype filter hook ingress device \"%s\" priority 0; policy accept;\n",
			interface);
	}
	put_drops(out, c);
	buf_text(out, "\t}\n}\n");
}

/* An address of the machine's own that the rules would cut off. */
static bool find_own(const struct sensor_config *c, char ret[ADDR_TEXT_SIZE])
{
	struct ifaddrs *all = NULL;
	bool found = false;

	if (getifaddrs(&all) < 0)
		return false;
	for (struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		struct addr a;

		if (!one->ifa_addr)
			continue;
		if (one->ifa_addr->sa_family == AF_INET)
			a = addr_from_v4(ntohl(((struct sockaddr_in *)(void *)one->ifa_addr)->sin_addr.s_addr));
		else if (one->ifa_addr->sa_family == AF_INET6)
			memcpy(a.b, &((struct sockaddr_in6 *)(void *)one->ifa_addr)->sin6_addr, sizeof(a.b));
		else
			continue;
		for (size_t i = 0; i < c->address_count && !found; i++)
			found = prefix_has(&c->addresses[i], &a);
		if (found)
			addr_print(&a, ret);
	}
	freeifaddrs(all);
	return found;
}

int silence_rules(const struct sensor_config *c, struct buf *ret, struct err *e)
{
	char own[ADDR_TEXT_SIZE];

	if (is_off(c))
		return 0;
	if (!is_host(c) && find_own(c, own))
		return err_set(e, EADDRINUSE,
			TR("%s is an address of this machine, which silence: prefix would cut off: set "
			   "silence: host and accept what must still come through, see teiten-sensor(8)",
				"%s はこの機械自身のアドレスで、silence: prefix では通信できなくなります。"
				"silence: host とし、必要な通信を accept に書いてください（teiten-sensor(8)）"),
			own);
	put_removal(ret, c);
	put_chain(ret, c);
	return 0;
}

/* --- nft --- */

/* The rules as its standard input; what it says goes to our standard error. */
static int start_nft(const struct buf *rules, pid_t *ret, struct err *e)
{
	char name[] = "nft", option[] = "-f", from[] = "-", language[] = "LC_ALL=C";
	char *const words[] = {name, option, from, NULL};
	char *const environment[] = {language, NULL};
	AUTO(close) int fd = memfd_create("rules", MFD_CLOEXEC);
	posix_spawn_file_actions_t actions;

	if (fd < 0 || write(fd, rules->data, rules->len) != (ssize_t)rules->len ||
		lseek(fd, 0, SEEK_SET) < 0)
		return err_set(e, errno, "memfd: %m");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	int code = posix_spawn(ret, "/usr/sbin/nft", &actions, NULL, words, environment);
	posix_spawn_file_actions_destroy(&actions);
	return code == 0 ? 0
			 : err_set(e, code,
				   TR("cannot run /usr/sbin/nft (%s): install nftables, or set silence: off",
					   "/usr/sbin/nft を実行できません（%s）。nftables を入れるか、silence: "
					   "off にしてください"),
				   strerror(code));
}

static int run_nft(const struct buf *rules, struct err *e)
{
	pid_t pid;
	int status, rc = start_nft(rules, &pid, e);

	if (rc < 0)
		return rc;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_set(e, errno, "waitpid: %m");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return err_set(e, EPERM,
		TR("nft refused the rules that keep the kernel silent: see the lines above; it needs "
		   "CAP_NET_ADMIN and nf_tables",
			"カーネルに応答させないルールを nft が拒否しました（上の行を参照）。CAP_NET_ADMIN と "
			"nf_tables が必要です"));
}

int silence_on(const struct sensor_config *c, struct err *e)
{
	AUTO(buf_done) struct buf rules = {0};
	int rc = silence_rules(c, &rules, e);

	return rc < 0 || rules.len == 0 ? rc : run_nft(&rules, e);
}

int silence_off(const struct sensor_config *c, struct err *e)
{
	AUTO(buf_done) struct buf rules = {0};

	if (is_off(c))
		return 0;
	put_removal(&rules, c);
	return run_nft(&rules, e);
}
