/* What is strange in a scenario: accesses with a flaw, and frames that are no accesses at all. */
#include "synth/plan_parts.h"

#include "base/text.h"
#include "capture/frame.h"

#include <errno.h>

enum { TRIES = 100000, REPLY_NS = 200000 };

static const char *const odd_names[] = {"none",
#define X(name) #name,
	ODD_KINDS(X)
#undef X
};
static const char *const extra_names[] = {"none",
#define X(name) #name,
	EXTRA_KINDS(X)
#undef X
};

static uint16_t link_of(const struct scenario *s, const struct plan *plan, const struct item *item)
{
	return s->captures[plan->targets[item->target].sensor].link_type;
}

static bool is_v4(const struct plan *plan, const struct item *item)
{
	return addr_is_v4(&plan->targets[item->target].addr);
}

static bool can_be_odd(const struct scenario *s, const struct plan *plan, const struct item *item,
	enum odd_kind kind)
{
	if (item->odd != ODD_KIND_none || !is_v4(plan, item))
		return false;
	switch (kind) {
	case ODD_KIND_tcp_option:
		return item->packet == PACKET_syn && item->style == STYLE_none;
	case ODD_KIND_frame_snapped: /* only the padding of Ethernet is cut off, so that nothing
					else is strange */
		return item->packet == PACKET_syn && item->style == STYLE_none &&
		       !item->phenomenon && link_of(s, plan, item) == LINK_ETHERNET;
	default:
		return true;
	}
}

/* Half of them in each period. */
static uint64_t share(uint64_t count, size_t p)
{
	return p == 0 ? count / 2 : count - count / 2;
}

static int make_odd(const struct scenario *s, struct plan *plan, size_t p, enum odd_kind kind,
	struct random *r, struct err *e)
{
	struct items *items = &plan->periods[p];
	uint64_t left = share(s->odd[kind], p);

	for (size_t i = 0; left > 0 && items->accesses > 0 && i < TRIES; i++) {
		struct item *item = &items->list[random_below(r, items->accesses)];
		if (!can_be_odd(s, plan, item, kind))
			continue;
		item->odd = kind;
		left--;
	}
	if (left > 0)
		return err_set(e, EINVAL,
			TR("odd: too few packets of %s could be %s",
				"odd：%s には %s にできるパケットが足りません"),
			s->period_names[p], odd_names[kind]);
	return 0;
}

static bool can_be_extra(const struct scenario *s, const struct plan *plan, const struct item *item,
	enum extra_kind kind)
{
	if (!is_v4(plan, item))
		return false;
	if (kind == EXTRA_arp)
		return link_of(s, plan, item) == LINK_ETHERNET;
	return kind != EXTRA_left_sensor || item->packet == PACKET_syn;
}

/* The twin of an access, a little later: in its file, between its source and its sensor. */
static int add_extra(const struct scenario *s, struct plan *plan, size_t p, enum extra_kind kind,
	struct random *r, struct err *e)
{
	struct items *items = &plan->periods[p];
	uint64_t left = share(s->extra[kind], p);

	for (size_t i = 0; left > 0 && items->accesses > 0 && i < TRIES; i++) {
		const struct item *twin = &items->list[random_below(r, items->accesses)];
		if (!can_be_extra(s, plan, twin, kind))
			continue;
		struct item *item = &items->list[items->count++];
		*item = *twin;
		item->ts_ns += REPLY_NS;
		item->odd = ODD_KIND_none;
		item->extra = kind;
		left--;
	}
	if (left > 0)
		return err_set(e, EINVAL,
			TR("odd: %s has no packet beside which %s could stand",
				"odd：%s には %s を添えられるパケットがありません"),
			s->period_names[p], extra_names[kind]);
	return 0;
}

int plan_odd(const struct scenario *s, struct plan *plan, size_t p, struct random *r, struct err *e)
{
	int rc = 0;

	for (size_t kind = 1; rc == 0 && kind < ODD_KIND_COUNT; kind++)
		rc = make_odd(s, plan, p, kind, r, e);
	for (size_t kind = 1; rc == 0 && kind < EXTRA_COUNT; kind++)
		rc = add_extra(s, plan, p, kind, r, e);
	return rc;
}
