/* Sources that cannot be on the Internet: addresses that are not globally reachable. */
#include "base/base.h"
#include "decode/layers.h"
#include "decode/special.h"

struct range4 {
	uint32_t first, last;
};

static const struct range4 martians4[] = {
#define X(first, last) {first, last},
	SPECIAL_V4(X)
#undef X
};

/* Which first bytes have a martian range: for most sources the answer is one look here. */
static const uint8_t has_martian4[256] = {
	[0] = 1,
	[10] = 1,
	[100] = 1,
	[127] = 1,
	[169] = 1,
	[172] = 1,
	[192] = 1,
	[198] = 1,
	[203] = 1,
	[224 ... 255] = 1,
};

bool ip4_is_martian(uint32_t source)
{
	if (!has_martian4[source >> 24])
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(martians4); i++) {
		if (source >= martians4[i].first && source <= martians4[i].last)
			return true;
	}
	return false;
}

/* None is shorter than its first byte, so that one comparison rules most of them out. */
static const struct prefix martians6[] = {
	{{{0}}, 128},			  /* :: */
	{{{[15] = 1}}, 128},		  /* ::1 loopback */
	{{{[10] = 0xff, 0xff}}, 96},	  /* ::ffff:0:0/96 IPv4-mapped: never on a wire */
	{{{0x01}}, 64},			  /* 100::/64 discard */
	{{{0x20, 0x01, 0x0d, 0xb8}}, 32}, /* 2001:db8::/32 documentation */
	{{{0x3f, 0xff}}, 20},		  /* 3fff::/20 documentation */
	{{{0xfc}}, 8}, {{{0xfd}}, 8},	  /* fc00::/7 unique local */
	{{{0xfe, 0x80}}, 9},		  /* fe80::/10 link-local, fec0::/10 site-local */
	{{{0xff}}, 8},			  /* ff00::/8 multicast */
};

bool ip6_is_martian(const struct addr *source)
{
	for (size_t i = 0; i < ARRAY_SIZE(martians6); i++) {
		if (martians6[i].addr.b[0] == source->b[0] && prefix_has(&martians6[i], source))
			return true;
	}
	return false;
}
