/* What a rule says about itself: names, numbers, classes, references. */
#include "rules/parse.h"

#include <string.h>

/* A text in quotes, or without. */
static const char *text_value(struct builder *b, char *value)
{
	if (unquote(&value))
		return text_unescape(b, value);
	malformed(b, TR("a quote is missing", "引用符が足りません"));
	return NULL;
}

static bool id_value(struct builder *b, const struct keyword *k, char *value, uint64_t min, uint32_t *ret)
{
	uint64_t n;

	if (!unquote(&value) || !text_number(trim(value), UINT32_MAX, &n) || n < min)
		return malformed(b, TR("%s: \"%.30s\" is no number from %llu to 4294967295", "%s:「%.30s」は %llu から 4294967295 の整数ではありません"), k->name, value,
			(unsigned long long)min);
	*ret = (uint32_t)n;
	return true;
}

PARSER(msg)
{
	b->rule.info.msg = text_value(b, value);
	return b->rule.info.msg != NULL;
}

PARSER(sid)
{
	if (b->rule.info.sid)
		return malformed(b, TR("sid stands twice", "sid が二つあります"));
	return id_value(b, k, value, 1, &b->rule.info.sid);
}

PARSER(rev)
{
	return id_value(b, k, value, 0, &b->rule.info.rev);
}

PARSER(gid)
{
	return id_value(b, k, value, 0, &b->rule.info.gid);
}

PARSER(priority)
{
	uint64_t n;

	if (!text_number(value, 255, &n) || n < 1)
		return malformed(b, TR("priority: \"%.20s\" is no number from 1 to 255", "priority:「%.20s」は 1 から 255 の整数ではありません"), value);
	b->rule.info.priority = (uint32_t)n;
	b->has_priority = true;
	return true;
}

/* An unknown class is only a warning: the text stays, the priority is the lowest of the usual ones. */
PARSER(classtype)
{
	const struct named *class = names_get(&b->load->classes, value);

	b->rule.info.classtype = class ? class->name : pool_text(b->pool, value, strlen(value));
	if (class) {
		b->rule.info.classtext = class->text;
		if (!b->has_priority)
			b->rule.info.priority = class->number;
	} else {
		b->load->report->warnings++;
	}
	return b->rule.info.classtype ? true : no_memory(b);
}

PARSER(reference)
{
	char *id = value, *system = part_next(&id, ',');

	if (!id || !*system || !*trim(id))
		return malformed(b, TR("reference: a system, a comma and a name", "reference は、参照先、コンマ、名前です"));
	size_t count = b->rule.info.references;
	struct reference *r = pool_add(b->pool, &b->rule.references, &count);
	if (!r)
		return no_memory(b);
	const struct named *known = names_get(&b->load->systems, system);
	b->rule.info.references = (uint32_t)count;
	r->system = known ? known->name : pool_text(b->pool, system, strlen(system));
	r->prefix = known ? known->text : "";
	r->id = text_unescape(b, trim(id));
	return r->system && r->id;
}

/* "tag NAME" and "category NAME" are ours, everything else is for people. */
PARSER(metadata)
{
	for (char *rest = value; rest;) {
		char *word = part_next(&rest, ',');
		char *text = strchr(word, ' ');
		if (!text)
			continue;
		*text = '\0';
		text = trim(text + 1);
		if (strcmp(word, "tag") != 0 && strcmp(word, "category") != 0)
			continue;
		const char *copy = pool_text(b->pool, text, strlen(text));
		if (!copy)
			return no_memory(b);
		*(*word == 't' ? &b->rule.info.tag : &b->category) = copy;
	}
	if (b->category && rule_category_of(b->category) < 0)
		return malformed(b, TR("metadata: \"%.30s\" is no category: Worm, Scan, UDP spam, DoS, DNS or Others", "metadata:「%.30s」は分類ではありません（Worm, Scan, UDP spam, DoS, DNS, Others）"), b->category);
	return true;
}

PARSER(target)
{
	if (strcmp(value, "src_ip") == 0 || strcmp(value, "dest_ip") == 0)
		return true;
	return malformed(b, TR("target: src_ip or dest_ip", "target は src_ip か dest_ip です"));
}

PARSER(noalert)
{
	b->rule.info.noalert = true;
	return true;
}

PARSER(nothing)
{
	return true;
}

/* `requires: feature f, version >= 7.0.3, keyword k`: we read the language of Suricata 8. What is not there, or an
 * older version asked for, is no fault of the rule. */
static bool version_is_had(const char *text)
{
	unsigned major = 0;
	bool less = text[0] == '<', or_equal = text[1] == '=';

	if (sscanf(text + 1 + or_equal, " %u", &major) != 1)
		return false;
	return less ? major > 8 : major <= 8;
}

PARSER(requires)
{
	for (char *rest = value; rest;) {
		char *part = part_next(&rest, ','), *what = strchr(part, ' ');
		if (!what)
			return malformed(b, TR("requires: \"%.30s\" is no requirement", "requires:「%.30s」は条件ではありません"), part);
		*what = '\0';
		what = trim(what + 1);
		if (strcmp(part, "version") == 0 ? version_is_had(what)
						 : strcmp(part, "keyword") == 0 &&
							   (keyword_find(what) || buffer_of_name(what) >= 0))
			continue;
		return unsupported(b, "requires", TR("requires %s %s", "%s %s が必要です"), part, what);
	}
	return true;
}
