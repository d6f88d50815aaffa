/* IPv4 addresses that are not globally reachable: the IANA special-purpose registry (RFC 6890 and
 * its updates), multicast and reserved ones. */
#pragma once

/* X(first, last), sorted */
#define SPECIAL_V4(X)                                                                              \
	X(0x00000000, 0x00ffffff) /* 0.0.0.0/8 this network */                                     \
	X(0x0a000000, 0x0affffff) /* 10.0.0.0/8 private */                                         \
	X(0x64400000, 0x647fffff) /* 100.64.0.0/10 shared by providers */                          \
	X(0x7f000000, 0x7fffffff) /* 127.0.0.0/8 loopback */                                       \
	X(0xa9fe0000, 0xa9feffff) /* 169.254.0.0/16 link-local */                                  \
	X(0xac100000, 0xac1fffff) /* 172.16.0.0/12 private */                                      \
	X(0xc0000000, 0xc00000ff) /* 192.0.0.0/24 IETF protocols */                                \
	X(0xc0000200, 0xc00002ff) /* 192.0.2.0/24 documentation */                                 \
	X(0xc0a80000, 0xc0a8ffff) /* 192.168.0.0/16 private */                                     \
	X(0xc6120000, 0xc613ffff) /* 198.18.0.0/15 benchmarking */                                 \
	X(0xc6336400, 0xc63364ff) /* 198.51.100.0/24 documentation */                              \
	X(0xcb007100, 0xcb0071ff) /* 203.0.113.0/24 documentation */                               \
	X(0xe0000000, 0xffffffff) /* 224.0.0.0/3 multicast, reserved, broadcast */
