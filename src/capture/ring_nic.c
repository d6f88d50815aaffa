#include "base/text.h"
#include "capture/ring_parts.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>

enum { TEXT_MAX = 32 * 1024, FILE_SOFTNET = NIC_FILES - 1 };

static int ask(int fd, const char *interface, unsigned long what, struct ifreq *request)
{
	snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", interface);
	return ioctl(fd, what, request);
}

/* What puts packets together. */
static bool has_feature(int fd, const char *interface, uint32_t command)
{
	struct ethtool_value value = {.cmd = command};
	struct ifreq request = {.ifr_data = (char *)&value};

	return ask(fd, interface, SIOCETHTOOL, &request) == 0 &&
	       (command == ETHTOOL_GFLAGS ? value.data & ETH_FLAG_LRO : value.data);
}

static int find_link_type(int arp_type, const char *interface, uint16_t *ret, struct err *e)
{
	switch (arp_type) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		*ret = LINK_ETHERNET;
		return 0;
	case ARPHRD_NONE:
	case ARPHRD_PPP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
		*ret = LINK_RAW;
		return 0;
	default:
		return err_set(e, EPROTONOSUPPORT,
			TR("interface %s has a link of type %d, which is not supported",
				"インターフェース %s のリンク種別 %d には対応していません"),
			interface, arp_type);
	}
}

static int open_counters(struct nic *n, const char *interface, struct err *e)
{
	static const char *const names[] = {"rx_packets", "rx_dropped", "rx_missed_errors", "rx_errors"};
	char path[128];

	_Static_assert(ARRAY_SIZE(names) == FILE_SOFTNET, "softnet_stat is the last");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", interface, names[i]);
		n->files[i] = open(path, O_RDONLY | O_CLOEXEC);
	}
	n->files[FILE_SOFTNET] = open("/proc/self/net/softnet_stat", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < NIC_FILES; i++)
		if (n->files[i] < 0)
			return err_set(e, errno,
				TR("cannot read the loss counters of %s (/sys/class/net, "
				   "/proc/self/net/softnet_stat): %m",
					"%s の損失カウンター（/sys/class/net、/proc/self/net/softnet_stat）"
					"を読めません: %m"),
				interface);
	return 0;
}

int nic_open(struct nic *n, const char *interface, int fd, struct err *e)
{
	struct ifreq request;

	memset(n->files, -1, sizeof(n->files));
	if (ask(fd, interface, SIOCGIFHWADDR, &request) < 0)
		return err_set(e, errno, TR("no interface %s: %m", "インターフェース %s がありません: %m"),
			interface);
	int r = find_link_type(request.ifr_hwaddr.sa_family, interface, &n->link_type, e);
	if (r < 0)
		return r;
	if (ask(fd, interface, SIOCGIFINDEX, &request) < 0)
		return err_set(e, errno, "SIOCGIFINDEX: %m");
	n->index = request.ifr_ifindex;
	n->mtu = ask(fd, interface, SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : 0;
	n->merges = has_feature(fd, interface, ETHTOOL_GGRO) ||
		    has_feature(fd, interface, ETHTOOL_GFLAGS);
	return open_counters(n, interface, e);
}

static size_t read_text(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static uint64_t read_number(int fd)
{
	char text[32];

	read_text(fd, text, sizeof(text));
	return strtoull(text, NULL, 10);
}

/* A line a processor, hexadecimal: processed, dropped, squeezed ... (net/core/net-procfs.c) */
static void read_softnet(int fd, struct ring_losses *ret)
{
	char text[TEXT_MAX];
	unsigned int processed, dropped, squeezed;

	read_text(fd, text, sizeof(text));
	for (char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%x %x %x", &processed, &dropped, &squeezed) != 3)
			break;
		ret->softnet_dropped += dropped;
		ret->softnet_squeezed += squeezed;
	}
}

void nic_losses(const struct nic *n, struct ring_losses *ret)
{
	uint64_t *const numbers[] = {&ret->received, &ret->dropped, &ret->missed, &ret->errors};

	*ret = (struct ring_losses){0};
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		*numbers[i] = read_number(n->files[i]);
	read_softnet(n->files[FILE_SOFTNET], ret);
}

void nic_close(struct nic *n)
{
	for (size_t i = 0; i < NIC_FILES; i++)
		if (n->files[i] >= 0)
			close(n->files[i]);
}
