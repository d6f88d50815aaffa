#include "rules/suppress.h"

#include "base/number.h"
#include "base/text.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char *trimmed(char *text)
{
	size_t len;

	while (is_space(*text))
		text++;
	for (len = strlen(text); len > 0 && is_space(text[len - 1]); len--)
		;
	text[len] = '\0';
	return text;
}

static bool track_of(const char *text, enum rule_track *ret)
{
	if (strcmp(text, "by_src") == 0)
		*ret = RULE_TRACK_src;
	else if (strcmp(text, "by_dst") == 0)
		*ret = RULE_TRACK_dst;
	else if (strcmp(text, "by_either") == 0)
		*ret = RULE_TRACK_both;
	else
		return false;
	return true;
}

/* "sig_id 2100498" */
static bool field_read(char *field, struct suppress *s, bool *has_ip)
{
	char *value = field + strcspn(field, " \t");
	uint64_t number;

	if (*value)
		*value++ = '\0';
	value = trimmed(value);
	if (strcmp(field, "track") == 0)
		return track_of(value, &s->track);
	if (strcmp(field, "ip") == 0)
		return *has_ip = prefix_parse(value, true, &s->prefix);
	if (!number_u64(value, 0, UINT32_MAX, &number))
		return false;
	if (strcmp(field, "gen_id") == 0)
		s->gid = (uint32_t)number;
	else if (strcmp(field, "sig_id") == 0)
		s->sid = (uint32_t)number;
	else
		return false;
	return true;
}

static bool line_read(char *fields, struct suppress *s)
{
	bool has_ip = false;

	*s = (struct suppress){0};
	for (char *field; (field = strsep(&fields, ","));)
		if (!field_read(trimmed(field), s, &has_ip))
			return false;
	return has_ip == (s->track != RULE_TRACK_none);
}

static int line_add(struct suppress_list *list, char *line, uint64_t *left_out)
{
	static const char word[] = "suppress";

	line = trimmed(line);
	if (!*line || *line == '#')
		return 0;
	if (strncmp(line, word, strlen(word)) != 0 || !is_space(line[strlen(word)])) {
		(*left_out)++;
		return 0;
	}
	if (list->count == SUPPRESS_MAX)
		return -E2BIG;
	return line_read(line + strlen(word), &list->lines[list->count]) ? (int)list->count++ : -EINVAL;
}

int suppress_read(struct suppress_list *list, const char *path, uint64_t *ret_left_out, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "re");
	AUTO(free) char *line = NULL;
	size_t size = 0, number = 0;

	if (!f)
		return err_set(e, errno, TR("cannot open %s: %s", "%s を開けません: %s"), path, strerror(errno));
	if (!list->lines)
		list->lines = calloc(SUPPRESS_MAX, sizeof(*list->lines));
	if (!list->lines)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	while (getline(&line, &size, f) >= 0) {
		int rc = line_add(list, line, ret_left_out);

		number++;
		if (rc == -E2BIG)
			return err_set(e, E2BIG, TR("%s line %zu: more than %d suppress lines", "%s %zu 行目: suppress が %d 行を超えています"),
				path, number, SUPPRESS_MAX);
		if (rc < 0)
			return err_set(e, EINVAL,
				TR("%s line %zu: write \"suppress gen_id G, sig_id S\", with \", track by_src|by_dst|by_either, ip PREFIX\" where "
				   "wanted",
					"%s %zu 行目: 「suppress gen_id G, sig_id S」の形で書いてください（必要なら「, track "
					"by_src|by_dst|by_either, ip プレフィックス」を続けます）"),
				path, number);
	}
	return 0;
}

static bool has_address(const struct suppress *s, const struct threshold_match *m)
{
	switch (s->track) {
	case RULE_TRACK_src:
		return prefix_has(&s->prefix, &m->src);
	case RULE_TRACK_dst:
		return prefix_has(&s->prefix, &m->dst);
	case RULE_TRACK_both:
		return prefix_has(&s->prefix, &m->src) || prefix_has(&s->prefix, &m->dst);
	default:
		return true;
	}
}

bool suppress_has(const struct suppress_list *list, const struct rule_info *info, const struct threshold_match *m)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct suppress *s = &list->lines[i];

		if ((s->gid == 0 || s->gid == info->gid) && (s->sid == 0 || s->sid == info->sid) && has_address(s, m))
			return true;
	}
	return false;
}
