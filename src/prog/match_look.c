#include "prog/match_look.h"

static void tell(struct watch *w, const struct look *look, const struct rules_unit *unit, uint32_t rule)
{
	const struct rule_info *info = rules_info(w->rules, rule);
	const struct packet *p = look->packet;
	struct watched *c = watched_of(look);
	struct threshold_match match = {.ts_ns = p->ts_ns, .src = p->src, .dst = p->dst, .sport = p->sport, .dport = p->dport,
		.flow = c ? c->number : 0};

	if (info->noalert || (info->needs_packet && look->number == 0))
		return;
	if (info->type == RULE_APP && !(unit->points & RULES_POINT_PACKET))
		return; /* every packet of such a conversation is told, so its bytes are not again */
	if (!thresholds_pass(w->thresholds, rule, info, &match))
		return;
	const struct watch_alert alert = {.rule = info, .index = rule, .packet = p, .number = look->number,
		.conversation = match.flow, .data = unit->data, .stream = !(unit->points & RULES_POINT_PACKET),
		.to_server = look->to_server, .proto = unit->proto};
	w->told(w->owner, &alert);
}

static bool has_pass(const struct watch *w, const uint32_t *found, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rules_info(w->rules, found[i])->action == RULE_PASS)
			return true;
	return false;
}

bool look_shows_proto(const struct look *look)
{
	const struct conversation *c = look->conversation;

	return watched_of(look)->proto_done && (c->protocol != PROTOCOL_TCP || c->stream[side_of(look)].end > 0);
}

/* A pass rule silences its conversation. What a transaction alone lets pass, it lets pass from the next look on: its packet and
 * its other rules have been told by then. */
void look_judge(struct watch *w, const struct look *look, unsigned points, struct bytes data)
{
	struct watched *c = watched_of(look);
	struct seen *seen = c ? &c->seen[side_of(look)] : NULL;
	struct rules_unit unit = {.points = points, .packet = look->packet, .data = data, .to_server = look->to_server,
		.established = look->established, .hosts = w->hosts, .in_stream = look->in_stream, .alone = !c, .rebuilt = look->rebuilt};
	const uint32_t *found;

	if (c) {
		if (c->passed)
			return;
		unit.proto = c->proto;
		unit.proto_done = c->proto_done;
		unit.bits = &c->bits;
		unit.header_asked = seen->asked_header;
		unit.proto_asked = seen->asked_proto || !look_shows_proto(look);
	}
	size_t count = rules_match(w->rules, w->scratch, &unit, &found);
	bool passes = has_pass(w, found, count);

	if (passes && c)
		c->passed = true;
	if (passes && points != RULES_POINT_TX)
		return;
	for (size_t i = 0; i < count; i++)
		if (rules_info(w->rules, found[i])->action == RULE_ALERT)
			tell(w, look, &unit, found[i]);
}
