#include "rules/category.h"

#include "base/number.h"
#include "base/text.h"
#include "rules/regex.h"

#include <ctype.h>
#include <string.h>

static const char *const category_names[RULE_CATEGORY_COUNT] = {
#define X(id, name) name,
	RULE_CATEGORIES(X)
#undef X
};

const char *rule_category_name(enum rule_category category)
{
	return category_names[category];
}

int rule_category_of(const char *name)
{
	for (int i = 0; i < RULE_CATEGORY_COUNT; i++)
		if (strcasecmp(name, category_names[i]) == 0)
			return i;
	return -1;
}

/* What a line looks at. */
enum line_kind { LINE_SID, LINE_MSG, LINE_CLASSTYPE, LINE_FILE, LINE_DNS };

struct line {
	enum line_kind kind;
	enum rule_category category;
	uint64_t first, last;  /* LINE_SID */
	char *text;            /* LINE_CLASSTYPE, LINE_FILE: whole, or up to a * at its end */
	struct regex *regex;   /* LINE_MSG */
};

struct category_map {
	struct line *lines;
	size_t count, from_file; /* the first from_file come before what a rule states of itself */
	struct regex_scratch *scratch;
};

/* Our proposal (no public rule set knows these six): worms by name, spam and floods by name, DNS by protocol and port, the rest
 * by class. */
static const char built_in[] =
	"Worm      msg        \\b(worm|slammer|nachi|welchia|dabber|sasser|mirai|conficker|code ?red|nimda|blaster)\n"
	"UDP spam  msg        msrpc.*popup|messenger.*(popup|spam|service)\n"
	"DoS       msg        \\bd?dos\\b|smurf|amplif|\\bflood\n"
	"DNS       dns\n"
	"DNS       file       *dns.rules\n"
	"Scan      classtype  attempted-recon\n"
	"Scan      classtype  network-scan\n"
	"Scan      classtype  successful-recon-*\n"
	"Scan      classtype  rpc-portmap-decode\n"
	"Scan      classtype  web-application-activity\n"
	"DoS       classtype  attempted-dos\n"
	"DoS       classtype  denial-of-service\n"
	"DoS       classtype  successful-dos\n"
	"Worm      classtype  trojan-activity\n"
	"Worm      classtype  command-and-control\n"
	"Worm      classtype  coin-mining\n"
	"Worm      classtype  exploit-kit\n";

static void line_done(struct line *line)
{
	free(line->text);
	regex_free(line->regex);
}

void category_map_free(struct category_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->count; i++)
		line_done(&map->lines[i]);
	free(map->lines);
	regex_scratch_free(map->scratch);
	free(map);
}

static int regex_take(struct line *line, const char *pattern, struct err *e)
{
	line->regex = regex_new(pattern, strlen(pattern), REGEX_ANY_CASE, false, e);
	return line->regex ? 0 : -EINVAL;
}

static int sids_take(struct line *line, char *text, struct err *e)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash = '\0';
	if (number_u64(text, 1, UINT32_MAX, &line->first) && number_u64(dash ? dash + 1 : text, line->first, UINT32_MAX, &line->last))
		return 0;
	return err_set(e, EINVAL, TR("no signature id or range of them: \"%s\"", "シグネチャ番号でも範囲でもありません: 「%s」"), text);
}

static int value_take(struct line *line, const char *kind, char *value, struct err *e)
{
	static const char *const kinds[] = {"sid", "msg", "classtype", "file", "dns"};
	size_t i = 0;

	while (i < ARRAY_SIZE(kinds) && strcmp(kinds[i], kind) != 0)
		i++;
	line->kind = (enum line_kind)i;
	if (i == ARRAY_SIZE(kinds) || (!*value) != (line->kind == LINE_DNS))
		return err_set(e, EINVAL, TR("a line is: category, then sid, msg, classtype or file and its value, or dns",
				"行の形は: 分類、続けて sid・msg・classtype・file のいずれかと値、または dns"));
	if (line->kind == LINE_SID)
		return sids_take(line, value, e);
	if (line->kind == LINE_MSG)
		return regex_take(line, value, e);
	line->text = strdup(value);
	return line->text ? 0 : err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
}

static char *word_next(char **rest)
{
	char *word = *rest + strspn(*rest, " \t"), *end = word + strcspn(word, " \t");

	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

/* "UDP spam  msg  pattern": the category has one word or two. */
static int line_parse(char *text, struct line *ret, struct err *e)
{
	char name[32];
	const char *first = word_next(&text);
	int category = rule_category_of(first);

	if (category < 0) {
		snprintf(name, sizeof(name), "%.15s %.15s", first, word_next(&text));
		category = rule_category_of(name);
	}
	if (category < 0)
		return err_set(e, EINVAL, TR("\"%s\" is no category: Worm, Scan, UDP spam, DoS, DNS, Others",
				"「%s」は分類ではありません（Worm, Scan, UDP spam, DoS, DNS, Others）"), first);
	ret->category = (enum rule_category)category;
	const char *kind = word_next(&text);
	char *value = text + strspn(text, " \t");
	return value_take(ret, kind, value, e);
}

static int line_add(struct category_map *map, char *text, struct err *e)
{
	struct line line = {0}, *larger;
	int rc = line_parse(text, &line, e);

	if (rc == 0) {
		larger = realloc(map->lines, (map->count + 1) * sizeof(*larger));
		if (larger) {
			map->lines = larger;
			map->lines[map->count++] = line;
			return 0;
		}
		rc = err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	}
	line_done(&line);
	return rc;
}

static int lines_add(struct category_map *map, const char *name, FILE *f, struct err *e)
{
	char text[1024];
	int rc = 0;

	for (size_t number = 1; rc == 0 && fgets(text, sizeof(text), f); number++) {
		size_t len = strlen(text);
		while (len > 0 && isspace((unsigned char)text[len - 1]))
			text[--len] = '\0';
		char *at = text + strspn(text, " \t");
		if (*at && *at != '#')
			rc = line_add(map, at, e);
		if (rc < 0)
			err_context(e, rc, TR("%s line %zu: ", "%s %zu 行目: "), name, number);
	}
	return rc;
}

static int file_add(struct category_map *map, const char *path, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");

	if (!f)
		return err_set(e, errno, TR("cannot read %s: %s", "%s を読めません: %s"), path, strerror(errno));
	int rc = lines_add(map, path, f, e);
	map->from_file = map->count;
	return rc;
}

int category_map_new(const char *path, struct category_map **ret, struct err *e)
{
	AUTO(category_map_free) struct category_map *map = calloc(1, sizeof(*map));
	AUTO(fclose) FILE *f = fmemopen((void *)built_in, sizeof(built_in) - 1, "r");

	if (map)
		map->scratch = regex_scratch_new();
	if (!map || !f || !map->scratch)
		return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	int rc = path ? file_add(map, path, e) : 0;
	if (rc == 0)
		rc = lines_add(map, "built-in", f, e);
	if (rc == 0)
		*ret = TAKE(map);
	return rc;
}

/* "abc", "abc*" or "*abc" */
static bool text_fits(const char *pattern, const char *text)
{
	size_t len = strlen(pattern), text_len = strlen(text);

	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(pattern, text, len - 1) == 0;
	if (pattern[0] == '*')
		return text_len >= len - 1 && strcmp(text + text_len - (len - 1), pattern + 1) == 0;
	return strcmp(pattern, text) == 0;
}

static bool has_port(const struct ports *p, uint16_t port)
{
	return p->yes_count == 1 && p->no_count == 0 && p->yes[0].low == port && p->yes[0].high == port;
}

static bool line_fits(const struct category_map *map, const struct line *line, const struct rule *r)
{
	size_t start, end;

	switch (line->kind) {
	case LINE_SID:
		return r->info.sid >= line->first && r->info.sid <= line->last;
	case LINE_MSG:
		return regex_search(line->regex, map->scratch, bytes_of(r->info.msg), 0, &start, &end) > 0;
	case LINE_CLASSTYPE:
		return text_fits(line->text, r->info.classtype);
	case LINE_FILE:
		return text_fits(line->text, r->info.file);
	case LINE_DNS:
		return r->proto == PROTO_dns || has_port(r->dport, 53) || has_port(r->sport, 53);
	}
	return false;
}

enum rule_category category_of(const struct category_map *map, const struct rule *rule, const char *stated)
{
	for (size_t i = 0; i < map->count; i++) {
		if (i == map->from_file && stated)
			break;
		if (line_fits(map, &map->lines[i], rule))
			return map->lines[i].category;
	}
	return stated ? (enum rule_category)rule_category_of(stated) : RULE_CATEGORY_others;
}
