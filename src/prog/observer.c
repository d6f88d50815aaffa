#include "prog/observer.h"

#include "base/text.h"
#include "decode/decode.h"
#include "prog/locate.h"
#include "prog/rulebook.h"
#include "rules/threshold.h"
#include "session/burst.h"

#include <errno.h>

/* Bounds of first payloads, per capture. */
enum { CONVERSATIONS = 8192, BURST_BYTES = 4096, SILENCE_S = 10, PER_CONVERSATION = 3072 };

/* Of rules that limit how often they are told: so many (rule, address) are counted at once. */
enum { THRESHOLD_COUNTS = 1 << 16, PER_COUNT = 128 };

/* A packet on its way. */
struct looked {
	struct packet packet;
	struct judged seen;
	enum verdict verdict;
};

enum { SIDE_BY_SIDE = 32 };

struct observer {
	struct looked looked[SIDE_BY_SIDE];
	struct observer_setup setup;
	struct bursts *bursts; /* NULL: without_bursts */
	struct rules_scratch *scratch;
	struct thresholds *thresholds; /* of detections; tags know no limit */
	uint16_t *tags; /* of each rule its tag's number, 0: not asked for yet */
	uint32_t *said; /* rules of the access that is out */
};

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static void take_burst(void *owner, const struct packet *p, const struct access *a, uint64_t frame);

static int make_rules(struct observer *o, const struct rules *rules, struct err *e)
{
	size_t count = rules_count(rules);

	o->tags = calloc(count + 1, sizeof(*o->tags));
	o->said = malloc((count + 1) * sizeof(*o->said));
	o->thresholds = thresholds_new(THRESHOLD_COUNTS);
	return o->tags && o->said && o->thresholds ? rules_scratch_new(rules, &o->scratch, e) : no_memory(e);
}

int observer_new(const struct observer_setup *setup, struct observer **ret, struct err *e)
{
	static const struct burst_limits limits = {
		.conversations = CONVERSATIONS, .bytes = BURST_BYTES, .silence_ns = SILENCE_S * INT64_C(1000000000)};
	AUTO(observer_free) struct observer *o = calloc(1, sizeof(*o));

	*ret = NULL;
	if (!o)
		return no_memory(e);
	o->setup = *setup;
	if (!setup->without_bursts)
		o->bursts = bursts_new(&limits, take_burst, o);
	int rc = o->bursts || setup->without_bursts ? 0 : no_memory(e);
	if (rc == 0 && setup->rulebook)
		rc = make_rules(o, setup->rulebook->rules, e);
	if (rc < 0)
		return rc;
	*ret = TAKE(o);
	return 0;
}

void observer_free(struct observer *o)
{
	if (!o)
		return;
	bursts_free(o->bursts);
	rules_scratch_free(o->scratch);
	thresholds_free(o->thresholds);
	free(o->tags);
	free(o->said);
	free(o);
}

uint64_t observer_memory(void)
{
	return (uint64_t)CONVERSATIONS * PER_CONVERSATION + (uint64_t)THRESHOLD_COUNTS * PER_COUNT;
}

/* --- rules --- */

static void tag(struct observer *o, struct access *a, uint32_t rule, const char *name)
{
	struct tags *tags = o->setup.labels->tags;

	if (!o->tags[rule])
		o->tags[rule] = tags_name(tags, name);
	a->tags = tags_with(tags, a->tags, o->tags[rule]);
}

/* One that passes takes away what all others say. */
static bool is_passed(const struct rules *all, const uint32_t *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rules_info(all, rules[i])->action == RULE_PASS)
			return true;
	return false;
}

static bool is_told(struct observer *o, uint32_t rule, const struct rule_info *info, const struct packet *p)
{
	struct threshold_match match = {
		.ts_ns = p->ts_ns, .src = p->src, .dst = p->dst, .sport = p->sport, .dport = p->dport};

	if (info->threshold.limit == RULE_LIMIT_NONE && info->filter.limit == RULE_LIMIT_NONE)
		return !info->noalert;
	return !info->noalert && thresholds_pass(o->thresholds, rule, info, &match);
}

static void say(struct observer *o, const struct packet *p, const uint32_t *rules, size_t count, struct judged *seen)
{
	const struct rules *all = o->setup.rulebook->rules;

	if (is_passed(all, rules, count))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct rule_info *info = rules_info(all, rules[i]);

		if (info->tag)
			tag(o, &seen->access, rules[i], info->tag);
		if (rulebook_detects(o->setup.rulebook, rules[i]) && is_told(o, rules[i], info, p))
			o->said[seen->rule_count++] = rules[i];
	}
}

/* What the rules say of it; then it goes out. */
static void judge(struct observer *o, const struct packet *p, unsigned points, bool established, struct judged *seen)
{
	struct bytes data = {p->payload, p->fragment == FRAGMENT_LATER ? 0 : p->payload_len};
	const uint32_t *rules;

	seen->rules = o->said;
	seen->rule_count = 0;
	if (o->setup.rulebook) {
		struct rules_unit unit = {.points = points,
			.packet = p,
			.data = data,
			.to_server = true,
			.established = established,
			.proto = data.len ? proto_guess(p->protocol, p->sport, p->dport, data) : PROTO_none,
			.proto_done = true};
		size_t count = rules_match(o->setup.rulebook->rules, o->scratch, &unit, &rules);

		if (count)
			say(o, p, rules, count, seen);
	}
	o->setup.out(o->setup.owner, seen);
}

/* A burst is judged as one packet that holds it, and as its conversation's bytes. */
static void take_burst(void *owner, const struct packet *p, const struct access *a, uint64_t frame)
{
	struct judged seen;

	seen.access = *a;
	seen.frame = frame;
	judge(owner, p, RULES_POINT_PACKET | RULES_POINT_BURST, true, &seen);
}

/* --- packets --- */

void observer_take(struct observer *o, const struct packet *p, enum verdict verdict, struct judged *seen)
{
	bool is_access = verdict == VERDICT_ACCESS, is_tcp = p->protocol == PROTOCOL_TCP;
	struct burst_step step = {0};

	if (o->bursts && is_tcp && (is_access || verdict == VERDICT_LEFT_SENSOR))
		step = bursts_add(o->bursts, p, is_access ? &seen->access : NULL, seen->frame);
	if (is_access && !step.held)
		judge(o, p, RULES_POINT_PACKET | (is_tcp ? 0 : RULES_POINT_TX), step.established, seen);
}

static void take_some(struct observer *o, const struct prog *prog, const struct geo *geo, struct account *account,
	const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct looked *l = &o->looked[i];

		decode_frame(&frames[i], prog->settings.tunnels, &l->packet);
		l->verdict = observer_look(&o->setup, &l->packet, account->result->segment.frames, &l->seen);
		account_frame(account, &frames[i], l->packet.odds, l->verdict);
	}
	for (size_t i = 0; i < count; i++)
		if (o->looked[i].verdict == VERDICT_ACCESS)
			locate(prog, geo, &o->looked[i].seen.access);
	for (size_t i = 0; i < count; i++)
		observer_take(o, &o->looked[i].packet, o->looked[i].verdict, &o->looked[i].seen);
}

void observer_frames(struct observer *o, const struct prog *prog, const struct geo *geo, struct account *account,
	const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i += SIDE_BY_SIDE)
		take_some(o, prog, geo, account, frames + i, count - i < SIDE_BY_SIDE ? count - i : SIDE_BY_SIDE);
}

void observer_end(struct observer *o)
{
	if (o->bursts)
		bursts_flush(o->bursts);
}
