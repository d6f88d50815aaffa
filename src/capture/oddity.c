#include "capture/oddity.h"

#include "base/text.h"

static const struct {
	const char *name, *en, *ja;
} oddities[ODD_COUNT] = {
#define X(name, en, ja) { #name, en, ja },
	ODDITIES(X)
#undef X
};

const char *oddity_name(enum oddity odd)
{
	return oddities[odd].name;
}

const char *oddity_text(enum oddity odd)
{
	return TR(oddities[odd].en, oddities[odd].ja);
}
