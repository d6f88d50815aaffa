/* flow and app-layer-protocol. */
#include "rules/parse.h"

#include <string.h>

static const struct {
	const char *name;
	uint16_t flag;
} flow_words[] = {
	{"to_server", FLOW_TO_SERVER}, {"toserver", FLOW_TO_SERVER}, {"from_client", FLOW_TO_SERVER},
	{"to_client", FLOW_TO_CLIENT}, {"toclient", FLOW_TO_CLIENT}, {"from_server", FLOW_TO_CLIENT},
	{"established", FLOW_ESTABLISHED}, {"not_established", FLOW_NOT_ESTABLISHED}, {"stateless", FLOW_STATELESS},
	{"only_stream", FLOW_ONLY_STREAM}, {"no_stream", FLOW_NO_STREAM}, {"only_frag", FLOW_ONLY_FRAGMENT},
	{"no_frag", FLOW_NO_FRAGMENT},
};

static const struct {
	uint16_t a, b;
} flow_conflicts[] = {
	{FLOW_TO_SERVER, FLOW_TO_CLIENT}, {FLOW_ESTABLISHED, FLOW_STATELESS}, {FLOW_ESTABLISHED, FLOW_NOT_ESTABLISHED},
	{FLOW_NOT_ESTABLISHED, FLOW_STATELESS}, {FLOW_ONLY_STREAM, FLOW_NO_STREAM},
	{FLOW_ONLY_FRAGMENT, FLOW_NO_FRAGMENT},
};

static uint16_t flow_flag_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(flow_words); i++)
		if (strcasecmp(word, flow_words[i].name) == 0)
			return flow_words[i].flag;
	return 0;
}

PARSER(flow)
{
	uint16_t flags = 0;

	for (char *rest = value; rest;) {
		char *word = part_next(&rest, ',');
		uint16_t flag = flow_flag_of(word);
		if (!flag)
			return malformed(b, TR("flow: \"%.30s\" is not known", "flow:「%.30s」は使えません"), word);
		if (flags & flag)
			return malformed(b, TR("flow: \"%s\" stands twice", "flow:「%s」が二つあります"), word);
		flags |= flag;
	}
	for (size_t i = 0; i < ARRAY_SIZE(flow_conflicts); i++)
		if ((flags & flow_conflicts[i].a) && (flags & flow_conflicts[i].b))
			return malformed(b, TR("flow: two words exclude each other", "flow: 両立しない語があります"));
	b->rule.flow |= flags;
	return true;
}

/* Suricata's names, some of which are not the guess's. */
static bool proto_of(const char *name, enum proto *ret)
{
	static const struct {
		const char *name;
		enum proto proto;
	} aliases[] = {{"unknown", PROTO_none}, {"http1", PROTO_http}, {"ssl", PROTO_tls}};

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (strcmp(name, aliases[i].name) == 0) {
			*ret = aliases[i].proto;
			return true;
		}
	return proto_by_name(bytes_of(name), ret);
}

/* app-layer-protocol:[!]NAME[,final|original|either|to_server|to_client]. One direction is seen here, so the second
 * word changes nothing. */
PARSER(app_protocol)
{
	char *mode = value, *name = part_next(&mode, ',');
	bool not = *name == '!';

	enum proto proto;

	name = trim(name + not);
	if (!proto_of(name, &proto))
		return unsupported(b, "application protocol", TR("application protocol \"%.30s\"", "アプリケーションプロトコル「%.30s」"), name);
	struct header_test *test = test_add(b, FIELD_app_protocol);
	if (!test)
		return false;
	test->n = (struct number_range){.low = proto, .high = proto, .not = not};
	b->has_app_protocol = true;
	return true;
}
