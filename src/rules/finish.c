/* After the last option: contradictions, the order of items, and what the rule is asked about. */
#include "rules/parse.h"

#include <string.h>

/* ---- protocols ---- */

static const struct {
	enum buffer_home home;
	enum proto proto;
	uint8_t transports;
} homes[] = {
	{HOME_HTTP, PROTO_http, TRANSPORT_TCP}, {HOME_DNS, PROTO_dns, TRANSPORT_TCP | TRANSPORT_UDP},
	{HOME_TLS, PROTO_tls, TRANSPORT_TCP}, {HOME_SSH, PROTO_ssh, TRANSPORT_TCP},
	{HOME_SIP, PROTO_sip, TRANSPORT_TCP | TRANSPORT_UDP}, {HOME_SNMP, PROTO_snmp, TRANSPORT_UDP},
};

/* The home of a number keyword; HOME_PAYLOAD: it is about headers. */
static enum buffer_home home_of_field(enum header_field field)
{
	switch (field) {
	case FIELD_dns_opcode:
	case FIELD_dns_rcode:
	case FIELD_dns_rrtype:
		return HOME_DNS;
	case FIELD_snmp_version:
	case FIELD_snmp_pdu_type:
		return HOME_SNMP;
	case FIELD_tls_version:
		return HOME_TLS;
	default:
		return HOME_PAYLOAD;
	}
}

static bool protocol_needed(struct builder *b, enum buffer_home home, const char *what)
{
	for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
		if (homes[i].home != home)
			continue;
		if (b->rule.proto != PROTO_none && b->rule.proto != homes[i].proto)
			return malformed(b, TR("%s beside another application protocol", "%s は別のアプリケーションプロトコルと併用できません"), what);
		if (!(b->rule.transports & homes[i].transports))
			return malformed(b, TR("%s with a transport protocol that never carries it", "%s は、それを運ばないトランスポートプロトコルと併用できません"), what);
		b->rule.proto = homes[i].proto;
		b->rule.transports &= homes[i].transports;
	}
	return true;
}

static bool protocols_agree(struct builder *b)
{
	for (size_t i = 0; i < b->list_count; i++) {
		const struct buffer_kind *kind = &buffer_kinds[b->lists[i].buffer];
		if (!protocol_needed(b, kind->home, kind->name))
			return false;
	}
	for (size_t i = 0; i < b->rule.test_count; i++)
		if (!protocol_needed(b, home_of_field(b->rule.tests[i].field), TR("a keyword", "キーワード")))
			return false;
	return true;
}

/* ---- lengths ---- */

/* Bytes that a buffer must have at least for these contents. */
static int64_t length_needed(const struct list *list)
{
	int64_t pos = 0, needed = 0;

	for (size_t i = 0; i < list->item_count; i++) {
		const struct item *item = &list->items[i];
		if (item->kind != ITEM_CONTENT) {
			pos = 0; /* where it leads is not known */
			continue;
		}
		const struct content *c = item->content;
		if (item->not)
			continue;
		int64_t start = item->relative ? pos : 0;
		if (item->relative && c->distance.set && c->distance.var == VAR_NONE)
			start += c->distance.value;
		if (c->offset.set && c->offset.var == VAR_NONE && c->offset.value > start)
			start = c->offset.value;
		pos = (start > 0 ? start : 0) + c->len;
		if (pos > needed)
			needed = pos;
	}
	return needed;
}

static bool size_allows(struct builder *b, const struct number_range *size, const struct list *list, const char *keyword)
{
	int64_t needed = length_needed(list);

	if (size->not || size->mask || needed <= (int64_t)size->high)
		return true;
	return malformed(b, TR("%s allows %lld bytes, the contents need %lld", "%s では %lld バイトまでですが、content には %lld バイト必要です"), keyword, (long long)size->high,
		(long long)needed);
}

static bool sizes_allow(struct builder *b)
{
	for (size_t i = 0; i < b->list_count; i++) {
		const struct list *list = &b->lists[i];
		for (size_t j = 0; j < list->item_count; j++)
			if (list->items[j].kind == ITEM_SIZE && !size_allows(b, list->items[j].size, list, "bsize"))
				return false;
		for (size_t j = 0; list->buffer == BUFFER_payload && j < b->rule.test_count; j++)
			if (b->rule.tests[j].field == FIELD_dsize && !size_allows(b, &b->rule.tests[j].n, list, "dsize"))
				return false;
	}
	return true;
}

/* ---- items ---- */

/* On whose place a number depends: var_depends has the items that each variable depends on. */
static uint64_t amount_depends(const struct amount *a, const uint64_t *var_depends)
{
	return a->set && a->var != VAR_NONE ? var_depends[a->var] : 0;
}

static uint64_t content_depends(const struct content *c, const uint64_t *v)
{
	return amount_depends(&c->offset, v) | amount_depends(&c->depth, v) | amount_depends(&c->distance, v) |
	       amount_depends(&c->within, v);
}

static uint64_t field_depends(const struct byte_field *f, const uint64_t *v)
{
	return amount_depends(&f->bytes, v) | amount_depends(&f->offset, v) | amount_depends(&f->value, v) |
	       amount_depends(&f->post_offset, v);
}

static uint64_t amounts_depend(const struct item *item, const uint64_t *var_depends)
{
	switch (item->kind) {
	case ITEM_CONTENT:
		return content_depends(item->content, var_depends);
	case ITEM_DATA_AT:
		return amount_depends(&item->at, var_depends);
	case ITEM_BYTE_TEST:
	case ITEM_BYTE_JUMP:
	case ITEM_BYTE_EXTRACT:
	case ITEM_BYTE_MATH:
		return field_depends(item->field, var_depends);
	case ITEM_BASE64:
		return UINT64_MAX; /* what lies in it may use any variable */
	default:
		return 0;
	}
}

/* pos_depends: on whose place the pointer depends, that what is relative counts from. */
static void items_mark(struct list *list)
{
	uint64_t var_depends[RULE_VARS_MAX] = {0}, pos_depends = 0;

	for (size_t i = 0; i < list->item_count; i++) {
		struct item *item = &list->items[i];
		item->depends = amounts_depend(item, var_depends) | (item->relative ? pos_depends : 0);
		bool sets = item->kind == ITEM_BYTE_EXTRACT || item->kind == ITEM_BYTE_MATH;
		if (sets)
			var_depends[item->field->result] = item->depends;
		if ((item->kind == ITEM_CONTENT || item->kind == ITEM_REGEX) && !item->not)
			pos_depends = item_bit(i);
		else if (sets || item->kind == ITEM_BYTE_JUMP)
			pos_depends = item->depends;
	}
}

/* ---- lists ---- */

static bool list_is_used(struct builder *b, const struct list *list)
{
	if (list->item_count > 0 || list->buffer == BUFFER_payload)
		return true;
	return malformed(b, TR("nothing is looked for in %s", "%s の中で探すものがありません"), buffer_kinds[list->buffer].name);
}

/* base64_data is judged by the base64_decode before it, so it is no list of the rule. */
static bool lists_keep(struct builder *b)
{
	struct list *kept = pool_alloc(b->pool, (b->list_count + 1) * sizeof(*kept));
	struct list *base64 = pool_alloc(b->pool, sizeof(*base64));

	if (!kept || !base64)
		return no_memory(b);
	b->rule.lists = kept;
	for (size_t i = 0; i < b->list_count; i++) {
		struct list *list = &b->lists[i];
		if (!list_is_used(b, list))
			return false;
		items_mark(list);
		if (list->buffer == BUFFER_base64) {
			*base64 = *list;
			item_at(b, b->newest_base64)->base64->then = base64;
		} else if (list->item_count > 0) {
			kept[b->rule.list_count++] = *list;
		}
	}
	return true;
}

/* ---- what the rule is asked about ---- */

static bool has_home(const struct builder *b, enum buffer_home home)
{
	for (size_t i = 0; i < b->rule.list_count; i++)
		if (buffer_kinds[b->rule.lists[i].buffer].home == home)
			return true;
	return false;
}

/* offset, depth and startswith in the payload. */
static bool is_bound_to_start(const struct builder *b)
{
	for (size_t i = 0; i < b->rule.list_count; i++) {
		const struct list *list = &b->rule.lists[i];

		for (size_t j = 0; list->buffer == BUFFER_payload && j < list->item_count; j++)
			if (list->items[j].kind == ITEM_CONTENT && (list->items[j].content->offset.set || list->items[j].content->depth.set ||
									   list->items[j].content->starts))
				return true;
	}
	return false;
}

static bool is_about_transactions(const struct builder *b)
{
	for (size_t i = 0; i < b->rule.list_count; i++)
		if (buffer_is_app(b->rule.lists[i].buffer))
			return true;
	for (size_t i = 0; i < b->rule.test_count; i++)
		if (home_of_field(b->rule.tests[i].field) != HOME_PAYLOAD)
			return true;
	return false;
}

static enum rule_type type_without_payload(const struct builder *b)
{
	const struct rule *r = &b->rule;
	bool ports_any = r->sport->any && r->dport->any;

	if (r->flow & FLOW_ONLY_STREAM)
		return RULE_STREAM;
	if (b->has_app_protocol)
		return RULE_PROTO_ONLY;
	if (r->proto != PROTO_none)
		return RULE_APP;
	return b->only_ip && ports_any ? RULE_IP_ONLY : RULE_PACKET;
}

static enum rule_type type_of(const struct builder *b)
{
	const struct rule *r = &b->rule;

	if (is_about_transactions(b))
		return RULE_TX;
	if (b->needs_packet || has_home(b, HOME_HEADER) || (r->flow & FLOW_NO_STREAM))
		return RULE_PACKET;
	if (!has_home(b, HOME_PAYLOAD))
		return type_without_payload(b);
	if (r->flow & FLOW_ONLY_STREAM)
		return RULE_STREAM;
	return r->transports & TRANSPORT_TCP ? RULE_PACKET_STREAM : RULE_PACKET;
}

bool rule_finish(struct builder *b)
{
	struct rule *r = &b->rule;

	if (r->info.sid == 0)
		return malformed(b, TR("sid is missing", "sid がありません"));
	if (!protocols_agree(b) || !sizes_allow(b) || !lists_keep(b))
		return false;
	r->var_count = (uint8_t)b->var_count;
	r->info.needs_packet = b->needs_packet || has_home(b, HOME_HEADER);
	r->info.type = type_of(b);
	r->info.asks_packet = is_bound_to_start(b);
	if (r->info.needs_packet && (r->flow & FLOW_ONLY_STREAM))
		return malformed(b, TR("a keyword about packets in a rule about the stream only", "ストリームだけのルールにパケットのキーワードがあります"));
	return true;
}
