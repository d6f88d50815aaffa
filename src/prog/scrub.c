#include "prog/scrub.h"

#include <ctype.h>
#include <stdio.h>

static bool is_secret(const struct plant *plant, const struct addr *also, const struct addr *address)
{
	return (also && addr_equal(address, also)) || plant_find(plant, address) >= 0;
}

static void scrub_bytes(struct anonymiser *a, const struct plant *plant, const struct addr *also, const uint8_t *was,
	uint8_t *now, size_t from, size_t len, size_t size)
{
	for (size_t i = from; i + size <= len; i++) {
		struct addr address = addr_from_v4(0);

		memcpy(address.b + 16 - size, was + i, size);
		if (!is_secret(plant, also, &address))
			continue;
		struct addr out = anonymise_address(a, &address);
		memcpy(now + i, out.b + 16 - size, size);
		i += size - 1;
	}
}

static bool is_address_char(uint8_t c)
{
	return isxdigit(c) || c == '.' || c == ':';
}

/* was[from..to) is a run of characters that addresses are written with; a point or colon of the sentence may stand behind. */
static void scrub_word(struct anonymiser *a, const struct plant *plant, const struct addr *also, const uint8_t *was,
	uint8_t *now, size_t from, size_t to)
{
	char text[ADDR_TEXT_SIZE], out[ADDR_TEXT_SIZE], filled[ADDR_TEXT_SIZE];
	struct addr address;

	while (to > from && (was[to - 1] == '.' || was[to - 1] == ':'))
		to--;
	int len = (int)(to - from);
	if (len < 3 || len >= ADDR_TEXT_SIZE)
		return;
	snprintf(text, sizeof(text), "%.*s", len, (const char *)was + from);
	if (!addr_parse(text, &address) || !is_secret(plant, also, &address))
		return;
	struct addr anonymous = anonymise_address(a, &address);
	snprintf(filled, sizeof(filled), "%-*.*s", len, len, addr_print(&anonymous, out));
	memcpy(now + from, filled, (size_t)len);
}

/* An address in text also ends where a port begins: 198.51.100.3:5060. */
static size_t address_end(const uint8_t *was, size_t from, size_t to)
{
	bool dotted = false;

	for (size_t i = from; i < to; i++) {
		dotted |= was[i] == '.';
		if (was[i] == ':' && dotted)
			return i;
	}
	return to;
}

static void scrub_text(struct anonymiser *a, const struct plant *plant, const struct addr *also, const uint8_t *was, uint8_t *now,
	size_t from, size_t len)
{
	for (size_t i = from; i < len;) {
		size_t to = i;

		while (to < len && is_address_char(was[to]))
			to++;
		if (to > i)
			scrub_word(a, plant, also, was, now, i, address_end(was, i, to));
		i = to > i ? address_end(was, i, to) + 1 : i + 1;
	}
}

void scrub(struct anonymiser *a, const struct plant *plant, const struct addr *also, const uint8_t *was, uint8_t *now, size_t from,
	size_t len)
{
	scrub_text(a, plant, also, was, now, from, len);
	scrub_bytes(a, plant, also, was, now, from, len, 4);
	scrub_bytes(a, plant, also, was, now, from, len, 16);
}
