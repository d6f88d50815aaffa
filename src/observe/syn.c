#include "observe/syn.h"

#include <string.h>

#include "base/cur.h"

enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_TIMESTAMP = 8, TIMESTAMP_LEN = 8 };

static void note(struct syn *s, uint8_t kind)
{
	if (s->count < SYN_KINDS)
		s->kinds[s->count / 8] |= (uint64_t)kind << s->count % 8 * 8;
	s->count++;
}

/* One option after its kind. False when it does not fit. */
static bool skip_option(struct syn *s, struct cur *c, uint8_t kind)
{
	uint8_t len = cur_u8(c);
	struct cur value = cur_sub(c, len < 2 ? SIZE_MAX : len - 2u);

	if (!cur_ok(&value))
		return false;
	if (kind == OPTION_TIMESTAMP && cur_left(&value) == TIMESTAMP_LEN) {
		s->has_timestamp = true;
		s->ts_val = cur_u32(&value);
		s->ts_ecr = cur_u32(&value);
	}
	return true;
}

void syn_read(const struct packet *p, struct syn *ret)
{
	struct cur c = cur_of(p->tcp_options, p->tcp_options_len);
	bool ended = false;

	*ret = (struct syn){0};
	if (p->tcp_header_len == 20)
		return;
	while (cur_left(&c) > 0) {
		uint8_t kind = cur_u8(&c);

		note(ret, kind);
		ended |= kind == OPTION_END;
		if (!ended && kind != OPTION_NOP && !skip_option(ret, &c, kind))
			break;
	}
	ret->broken = !cur_ok(&c) || p->tcp_header_len != 20 + p->tcp_options_len;
}

/* Of all kinds, not only those that struct syn holds. */
static size_t print_kinds(const struct packet *p, char *out, size_t size)
{
	struct cur c = cur_of(p->tcp_options, p->tcp_options_len);
	struct syn unused = {0};
	size_t len = 0;
	bool ended = false;

	while (cur_left(&c) > 0) {
		uint8_t kind = cur_u8(&c);

		len += (size_t)snprintf(out + len, size - len, "%s%u", len ? "-" : "", kind);
		ended |= kind == OPTION_END;
		if (!ended && kind != OPTION_NOP && !skip_option(&unused, &c, kind))
			break;
	}
	return len;
}

static size_t print(const struct packet *p, const struct syn *s, char *out, size_t size)
{
	char mss[8] = "00", scale[8] = "00";
	size_t len = print_kinds(p, out, size);

	if (p->tcp_mss)
		snprintf(mss, sizeof(mss), "%u", p->tcp_mss);
	if (p->tcp_wscale >= 0)
		snprintf(scale, sizeof(scale), "%d", p->tcp_wscale);
	return len + (size_t)snprintf(out + len, size - len, "%s%s_%s_%s",
			     len || s->broken ? "" : "00", s->broken ? "?" : "", mss, scale);
}

static uint16_t add(struct labels *l, const struct packet *p, const struct syn *s)
{
	char text[SYN_TEXT_SIZE];
	uint16_t number = intern_add(l->syns, text, print(p, s, text, sizeof(text)));

	if (number != INTERN_FULL)
		return number;
	l->syns_refused++;
	return LABELS_SYN_OTHER;
}

/* All that the text says, as long as the kinds are within struct syn. */
static struct syn_key key_of(const struct packet *p, const struct syn *s)
{
	return (struct syn_key){{s->kinds[0], s->kinds[1]},
		(uint64_t)p->tcp_mss << 32 | (uint64_t)(uint8_t)p->tcp_wscale << 16 |
			(uint64_t)s->count << 8 | s->broken};
}

static size_t place_of(const struct syn_key *k)
{
	uint64_t h = (k->kinds[0] ^ k->kinds[1] << 7 ^ k->rest << 13) * UINT64_C(0x9e3779b97f4a7c15);

	return h >> 54;
}

uint16_t syn_label(struct labels *l, const struct packet *p, const struct syn *s)
{
	if (s->count > SYN_KINDS)
		return add(l, p, s);
	struct syn_key key = key_of(p, s);
	struct syn_place *place = &l->recent[place_of(&key)];
	_Static_assert(SYN_PLACES == 1 << (64 - 54), "as many as place_of() has values");

	if (place->number == 0 || memcmp(&place->key, &key, sizeof(key)) != 0)
		*place = (struct syn_place){key, add(l, p, s)};
	return place->number;
}
