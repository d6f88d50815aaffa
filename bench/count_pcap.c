/* count_pcap FILE: counts the packets of a capture with libpcap and does nothing else: the floor of
 * every program that reads with it. */
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

static void count(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
	uint64_t *packets = (uint64_t *)user;

	(void)header;
	(void)data;
	++*packets;
}

int main(int argc, char **argv)
{
	char error[PCAP_ERRBUF_SIZE];
	uint64_t packets = 0;
	pcap_t *p = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;

	if (!p) {
		fprintf(stderr, "count_pcap: %s\n", argc == 2 ? error : "usage: count_pcap FILE");
		return 2;
	}
	int r = pcap_loop(p, -1, count, (u_char *)&packets);
	printf("%llu\n", (unsigned long long)packets);
	pcap_close(p);
	return r < 0;
}
