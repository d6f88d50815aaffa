/* What one packet's headers show of the tool that made it, as tags. One row each; beside its test in
 * tools.c stands the formula, where it comes from, and what it is worth.
 *
 * A tag says what the packet shows, not who sent it. Tests of 16 bits (masscan-syn, zmap-syn) hit one packet in 65,536 by
 * chance: candidates; what a source is, is said by all its SYNs of a period together (dimension `verdict`,
 * analysis/verdicts.sql). Tests of 32 bits stand alone, as do several constants at once that no system sends. */
#pragma once

#include "observe/labels.h"
#include "observe/syn.h"

/* X(number, tag). */
#define TOOL_TAGS(X)                                                                               \
	X(MIRAI, "mirai-syn")                                                                      \
	X(MASSCAN, "masscan-syn")                                                                  \
	X(ZMAP, "zmap-syn")                                                                        \
	X(ZMAP411, "zmap411-syn")                                                                  \
	X(NMAP, "nmap-syn")                                                                        \
	X(NMAP_OS, "nmap-os")                                                                      \
	X(UNICORNSCAN, "unicornscan-syn")                                                          \
	X(SYNFUL_KNOCK, "cisco-synful-knock")                                                      \
	X(SPORT_6000, "sport6000-syn")                                                             \
	X(P0F_SENDSYN, "p0f-sendsyn")                                                              \
	X(CONTRADICTION, "stack-contradiction")                                                    \
	X(NACHI, "icmp-nachi")                                                                     \
	X(QUOTE_TCP, "icmp-quote-tcp")                                                             \
	X(QUOTE_UDP, "icmp-quote-udp")                                                             \
	X(QUOTE_OTHER, "icmp-quote-other")                                                         \
	X(QUOTE_FOREIGN, "icmp-quote-foreign")

/* X(number, test in tools.c): which are made of any SYN (without ACK), of one over IPv4, of one with options, of other TCP, of
 * ICMP. */
#define SYN_TESTS(X)                                                                               \
	X(SYNFUL_KNOCK, is_synful_knock)                                                           \
	X(SPORT_6000, is_sport_6000)
#define SYN4_TESTS(X)                                                                              \
	X(MIRAI, is_mirai)                                                                         \
	X(MASSCAN, is_masscan)                                                                     \
	X(ZMAP, is_zmap)
#define OPTION_TESTS(X)                                                                            \
	X(ZMAP411, is_zmap411)                                                                     \
	X(NMAP, is_nmap)                                                                           \
	X(NMAP_OS, is_nmap_os)                                                                     \
	X(P0F_SENDSYN, is_p0f_sendsyn)                                                             \
	X(CONTRADICTION, is_contradiction)
#define TCP_TESTS(X) X(NMAP_OS, is_nmap_os)
#define ICMP_TESTS(X)                                                                              \
	X(NMAP_OS, is_nmap_os_echo)                                                                \
	X(NACHI, is_nachi)                                                                         \
	X(QUOTE_TCP, quotes_tcp)                                                                   \
	X(QUOTE_UDP, quotes_udp)                                                                   \
	X(QUOTE_OTHER, quotes_other)                                                               \
	X(QUOTE_FOREIGN, quotes_foreign)

/* What a short name means: "mirai" is "mirai-syn", as are those of the other tags of SYNs; any other name is itself. */
const char *tools_tag_meant(const char *name);
/* Gives the names of all of them their numbers, in an empty table. */
void tools_name(struct tags *t);
/* The tags of a packet. syn: of a SYN, else NULL. The labels remember the last SYNs of sources, for the test that takes
 * two. */
uint16_t tools_of(struct labels *l, const struct packet *p, const struct syn *syn);
