/* flowbits, hostbits, xbits: what one rule notes for others. */
#include "rules/parse.h"

#include <string.h>

static const struct {
	const char *name;
	enum bits_command command;
} commands[] = {{"set", BITS_SET}, {"unset", BITS_UNSET}, {"toggle", BITS_TOGGLE}, {"isset", BITS_IS_SET},
	{"isnotset", BITS_IS_NOT_SET}};

static int command_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(word, commands[i].name) == 0)
			return (int)commands[i].command;
	return -1;
}

static bool reads(int command)
{
	return command == BITS_IS_SET || command == BITS_IS_NOT_SET;
}

/* The number of a name; -1 after saying why not. */
static int bit_of(struct builder *b, const char *name)
{
	struct names *bits = &b->load->bits;
	size_t known = (size_t)names_get(bits, name);

	if (!*name || strpbrk(name, " \t!")) {
		malformed(b, TR("\"%.40s\" is no name of a bit", "「%.40s」はビットの名前ではありません"), name);
		return -1;
	}
	if (known)
		return (int)known - 1;
	if (bits->count == UINT16_MAX || !names_put(bits, b->pool, name, (void *)(bits->count + 1))) {
		no_memory(b);
		return -1;
	}
	return (int)bits->count - 1;
}

/* "a" or "a|b" */
static bool names_take(struct builder *b, struct bits_step *step, char *text)
{
	uint16_t *bits = NULL;
	size_t count = 0;

	for (char *rest = text; rest;) {
		int bit = bit_of(b, part_next(&rest, '|'));
		uint16_t *place = bit < 0 ? NULL : pool_add(b->pool, &bits, &count);
		if (!place)
			return bit < 0 ? false : no_memory(b);
		*place = (uint16_t)bit;
	}
	if (count > 1 && !reads(step->command))
		return malformed(b, TR("several names are for isset and isnotset only", "複数の名前は isset と isnotset だけで使えます"));
	step->bits = bits;
	step->count = (uint16_t)count;
	return true;
}

/* isset and isnotset of the same bit, or set and unset, can never both be meant. */
static bool contradicts(const struct bits_step *a, const struct bits_step *z)
{
	if (a->kind != z->kind || a->count != 1 || z->count != 1 || a->bits[0] != z->bits[0])
		return false;
	return (a->command == BITS_IS_SET && z->command == BITS_IS_NOT_SET) ||
	       (a->command == BITS_IS_NOT_SET && z->command == BITS_IS_SET) ||
	       (a->command == z->command) || (a->command == BITS_SET && (z->command == BITS_UNSET || z->command == BITS_TOGGLE)) ||
	       (z->command == BITS_SET && (a->command == BITS_UNSET || a->command == BITS_TOGGLE));
}

static bool step_add(struct builder *b, const struct bits_step *step)
{
	for (size_t i = 0; i < b->rule.step_count; i++)
		if (contradicts(&b->rule.steps[i], step))
			return malformed(b, TR("two steps on the same bit contradict each other", "同じビットについての操作が矛盾しています"));
	if (reads(step->command) && !b->load->source->state)
		return unsupported(b, "reads state", TR("reads what an earlier packet set: here nothing is kept between packets", "前のパケットが記録した状態を読みます（ここではパケットの間で何も覚えません）"));
	struct bits_step *place = pool_add(b->pool, &b->rule.steps, &b->rule.step_count);
	if (!place)
		return no_memory(b);
	*place = *step;
	return true;
}

/* "noalert" alone. */
static bool is_noalert(struct builder *b, const char *word, const char *rest, bool *ret)
{
	*ret = strcmp(word, "noalert") == 0;
	if (!*ret)
		return true;
	if (rest)
		return malformed(b, TR("noalert takes no name", "noalert に名前は付けられません"));
	b->rule.info.noalert = true;
	return true;
}

/* The command and the name, which both must be there. */
static bool command_take(struct builder *b, const char *word, char **rest, struct bits_step *step)
{
	int command = command_of(word);

	if (command < 0)
		return malformed(b, TR("\"%.30s\" is no command: set, unset, toggle, isset, isnotset, noalert", "「%.30s」は命令ではありません（set, unset, toggle, isset, isnotset, noalert）"), word);
	if (!*rest)
		return malformed(b, TR("%s needs a name", "%s には名前が必要です"), word);
	step->command = (uint8_t)command;
	return names_take(b, step, part_next(rest, ','));
}

PARSER(flowbits)
{
	struct bits_step step = {.kind = BITS_FLOW};
	char *rest = value, *word = part_next(&rest, ',');
	bool done;

	if (!is_noalert(b, word, rest, &done) || done)
		return done;
	if (!command_take(b, word, &rest, &step))
		return false;
	if (rest && b->dialect != RULES_SNORT) /* Snort: a group, which changes nothing without reset */
		return malformed(b, TR("flowbits: something stands behind the name", "flowbits: 名前の後に余分なものがあります"));
	return step_add(b, &step);
}

static bool host_side(struct builder *b, const char *word, struct bits_step *step)
{
	if (strcmp(word, "src") == 0)
		step->kind = BITS_HOST_SRC;
	else if (strcmp(word, "dst") == 0)
		step->kind = BITS_HOST_DST;
	else if (strcmp(word, "both") == 0)
		return unsupported(b, "hostbits both", TR("hostbits of both hosts", "両方のホストの hostbits"));
	else
		return malformed(b, TR("hostbits: src or dst, not \"%.20s\"", "hostbits: src か dst です（「%.20s」）"), word);
	return true;
}

/* Without a word, the source. */
PARSER(hostbits)
{
	struct bits_step step = {.kind = BITS_HOST_SRC};
	char *rest = value, *word = part_next(&rest, ',');
	bool done;

	if (!is_noalert(b, word, rest, &done) || done)
		return done;
	if (!command_take(b, word, &rest, &step))
		return false;
	if (rest && !host_side(b, part_next(&rest, ','), &step))
		return false;
	return rest ? malformed(b, TR("hostbits: too many words", "hostbits: 語が多すぎます")) : step_add(b, &step);
}

static bool xbits_word(struct builder *b, char *word, struct bits_step *step)
{
	uint64_t seconds;

	if (strcmp(word, "track ip_src") == 0)
		step->kind = BITS_HOST_SRC;
	else if (strcmp(word, "track ip_dst") == 0)
		step->kind = BITS_HOST_DST;
	else if (strcmp(word, "track ip_pair") == 0)
		step->kind = BITS_PAIR;
	else if (strncmp(word, "expire ", 7) == 0 && text_number(trim(word + 7), UINT32_MAX, &seconds) && seconds > 0)
		step->expire_s = (uint32_t)seconds;
	else if (strcmp(word, "track tx") == 0)
		return unsupported(b, "xbits track tx", TR("xbits of a transaction", "トランザクションの xbits"));
	else
		return malformed(b, TR("xbits: \"%.30s\"", "xbits:「%.30s」は使えません"), word);
	return true;
}

PARSER(xbits)
{
	struct bits_step step = {.kind = BITS_FLOW};
	char *rest = value, *word = part_next(&rest, ',');
	bool done;

	if (!is_noalert(b, word, rest, &done) || done)
		return done;
	if (!command_take(b, word, &rest, &step))
		return false;
	while (rest)
		if (!xbits_word(b, part_next(&rest, ','), &step))
			return false;
	if (step.kind == BITS_FLOW)
		return malformed(b, TR("xbits: track ip_src, ip_dst or ip_pair is missing", "xbits: track ip_src, ip_dst, ip_pair のいずれかが必要です"));
	return step_add(b, &step);
}
