/* Files to a set of rules: logical lines, refusals, doubles, order. */
#include "rules/category.h"
#include "rules/classes.h"
#include "rules/eval.h"
#include "rules/index.h"
#include "rules/regex.h"
#include "rules/set.h"
#include "rules/variables.h"

#include "base/buf.h"
#include "base/text.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <string.h>

enum { FILE_MAX = 256 << 20, LINE_MAX_BYTES = 1 << 20 };

/* A load under way. */
struct work {
	struct loader load;
	struct rules *rules;
	struct rules_report *report;
	struct names by_sid;     /* "gid:sid" -> place + 1 */
	const char *file;        /* name of the one that is read; lives as long as the rules */
	enum rules_dialect dialect;
	EVP_MD_CTX *digest;
};

static int out_of_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
}

void rules_report_done(struct rules_report *report)
{
	if (!report)
		return;
	pool_free(report->pool);
	*report = (struct rules_report){0};
}

/* ---- one rule ---- */

static bool report_add(struct rules_report *report, const struct rules_refused *r)
{
	size_t count = report->malformed + report->unsupported;
	struct rules_refused *place = pool_add(report->pool, &report->refused, &count);

	if (!place)
		return false;
	*place = *r;
	place->file = pool_text(report->pool, r->file, strlen(r->file));
	place->group = pool_text(report->pool, r->group, strlen(r->group));
	place->reason = pool_text(report->pool, r->reason, strlen(r->reason));
	*(r->kind == RULES_MALFORMED ? &report->malformed : &report->unsupported) += 1;
	return place->file && place->group && place->reason;
}

static bool refuse_add(struct work *w, const struct builder *b, uint32_t line)
{
	const struct rules_refused r = {.file = w->file, .line = line, .sid = b->rule.info.sid, .kind = b->kind,
		.group = b->group, .reason = b->reason};

	return report_add(w->report, &r);
}

/* The same gid and sid again: the higher rev stays, the same rev twice is a mistake. False: no place is to be filled. */
static bool place_find(struct work *w, struct builder *b, struct rule **ret)
{
	char key[32];

	*ret = NULL;
	snprintf(key, sizeof(key), "%u:%u", b->rule.info.gid, b->rule.info.sid);
	size_t known = (size_t)names_get(&w->by_sid, key);
	if (known) {
		struct rule *old = &w->rules->rules[known - 1];
		if (old->info.rev == b->rule.info.rev)
			return malformed(b, TR("sid %u stands already at %s line %u", "sid %u はすでに %s の %u 行目にあります"), old->info.sid, old->info.file, old->info.line);
		w->report->replaced++;
		if (old->info.rev < b->rule.info.rev)
			*ret = old;
		return true;
	}
	*ret = pool_add(w->load.pool, &w->rules->rules, &w->rules->count);
	if (!*ret || !names_put(&w->by_sid, w->load.pool, key, (void *)w->rules->count))
		return no_memory(b);
	return true;
}

static bool rule_take(struct work *w, char *text, uint32_t line, struct builder *b)
{
	*b = (struct builder){.load = &w->load, .pool = w->load.pool, .dialect = w->dialect};
	b->rule.info.file = w->file;
	b->rule.info.line = line;
	b->rule.snort = w->dialect == RULES_SNORT;
	struct rule *place;
	if (!rule_parse(b, text) || !place_find(w, b, &place))
		return false;
	if (!place)
		return true;
	b->rule.info.category = category_of(w->load.categories, &b->rule, b->category);
	*place = b->rule;
	return true;
}

/* "# alert tcp ..." */
static bool is_disabled_rule(const char *text)
{
	static const char *const actions[] = {"alert", "pass", "drop", "reject", "log", "sdrop", "block"};

	text += strspn(text, "# \t");
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		size_t len = strlen(actions[i]);
		if (strncmp(text, actions[i], len) == 0 && isspace((unsigned char)text[len]))
			return strchr(text, '(') && strchr(text, ')');
	}
	return false;
}

static int line_take(struct work *w, char *text, size_t len, uint32_t line, struct err *e)
{
	struct builder b = {0};
	bool good;

	if (memchr(text, '\0', len)) {
		b.rule.info.sid = 0;
		good = malformed(&b, TR("a NUL byte in the text", "NUL バイトがあります"));
	} else {
		text = trim(text);
		if (!*text)
			return 0;
		if (*text == '#') {
			w->report->disabled += is_disabled_rule(text);
			return 0;
		}
		good = strncmp(text, "/*", 2) == 0
			       ? unsupported(&b, "Snort 3", TR("a comment between /* and */: this is Snort 3 text; use the Snort 2.9 or Suricata rules", "/* と */ の注釈は Snort 3 の書式です。Snort 2.9 か Suricata のルールを使ってください"))
			       : rule_take(w, text, line, &b);
	}
	if (pool_failed(w->load.pool) || (!good && !refuse_add(w, &b, line)))
		return out_of_memory(e);
	return 0;
}

/* ---- one file ---- */

/* Takes the logical line at text: a \ at the end of a line joins the next one. Returns the bytes of it. */
static size_t line_join(const char *text, size_t len, struct buf *ret, uint32_t *lines)
{
	size_t at = 0;

	for (;;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t stop = end ? (size_t)(end - text) : len, cut = stop;
		(*lines)++;
		while (cut > at && (text[cut - 1] == '\r' || text[cut - 1] == ' ' || text[cut - 1] == '\t'))
			cut--;
		bool joins = cut > at && text[cut - 1] == '\\' && end;
		buf_add(ret, text + at, (joins ? cut - 1 : stop) - at);
		at = end ? stop + 1 : len;
		if (!joins || at == len)
			return at;
	}
}

static int text_take(struct work *w, const char *text, size_t len, struct err *e)
{
	AUTO(buf_done) struct buf joined = {.max = LINE_MAX_BYTES};
	uint32_t line = 1;
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < len;) {
		uint32_t lines = 0;
		buf_clear(&joined);
		at += line_join(text + at, len - at, &joined, &lines);
		if (joined.failed) {
			struct builder b = {0};
			malformed(&b, TR("a line of more than %d bytes", "一行が %d バイトを超えています"), LINE_MAX_BYTES);
			rc = refuse_add(w, &b, line) ? 0 : out_of_memory(e);
		} else if (joined.len > 0) {
			rc = line_take(w, joined.data, joined.len, line, e);
		}
		line += lines;
	}
	return rc;
}

static int file_read(const char *path, struct buf *ret, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	char piece[65536];
	size_t n;

	if (!f)
		return err_set(e, errno, TR("cannot read %s: %s", "%s を読めません: %s"), path, strerror(errno));
	ret->max = FILE_MAX;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(ret, piece, n);
	if (ferror(f))
		return err_set(e, errno, TR("cannot read %s: %s", "%s を読めません: %s"), path, strerror(errno));
	return ret->failed ? err_set(e, EFBIG, TR("%s has more than %d MiB", "%s は %d MiB を超えています"), path, FILE_MAX >> 20)
			   : 0;
}

static void digest_add(struct work *w, const void *data, size_t len)
{
	uint64_t size = len;

	EVP_DigestUpdate(w->digest, &size, sizeof(size));
	EVP_DigestUpdate(w->digest, data, len);
}

static int file_take(struct work *w, const struct rules_file *file, struct err *e)
{
	AUTO(buf_done) struct buf read = {0};
	const char *text = file->text;
	size_t len = file->len;

	if (!text) {
		int rc = file_read(file->name, &read, e);
		if (rc < 0)
			return rc;
		text = buf_str(&read);
		len = read.len;
	}
	w->file = pool_text(w->load.pool, file->name, strlen(file->name));
	w->dialect = file->dialect;
	digest_add(w, &file->dialect, sizeof(file->dialect));
	digest_add(w, text, len);
	return w->file ? text_take(w, text, len, e) : out_of_memory(e);
}

/* ---- the set ---- */

/* What sets bits comes before what also reads them, that before what only reads, and that before the rest. */
static int state_order(const struct rule *r)
{
	bool sets = false, reads = false;

	for (size_t i = 0; i < r->step_count; i++) {
		bool read = r->steps[i].command == BITS_IS_SET || r->steps[i].command == BITS_IS_NOT_SET;
		reads |= read;
		sets |= !read;
	}
	return sets ? reads : reads ? 2 : 3;
}

static int compare_rules(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;
	int order[] = {(y->info.action == RULE_PASS) - (x->info.action == RULE_PASS), state_order(x) - state_order(y),
		(x->info.priority > y->info.priority) - (x->info.priority < y->info.priority)};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i])
			return order[i];
	return x->place < y->place ? -1 : x->place > y->place;
}

static void rules_sort(struct rules *r)
{
	for (size_t i = 0; i < r->count; i++)
		r->rules[i].place = (uint32_t)i;
	if (r->count > 0)
		qsort(r->rules, r->count, sizeof(*r->rules), compare_rules);
}

static void digest_end(struct work *w)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	for (size_t i = 0; i < w->load.source->var_count; i++) {
		digest_add(w, w->load.source->vars[i].name, strlen(w->load.source->vars[i].name));
		digest_add(w, w->load.source->vars[i].value, strlen(w->load.source->vars[i].value));
	}
	EVP_DigestFinal_ex(w->digest, hash, &len);
	for (unsigned i = 0; i < 32 && i < len; i++)
		snprintf(w->rules->digest + i * 2, 3, "%02x", hash[i]);
}

static int set_up(struct work *w, struct err *e)
{
	int rc = category_map_new(w->load.source->categories, &w->load.categories, e);

	if (rc == 0)
		rc = variables_set(&w->load, e);
	if (rc == 0)
		rc = classes_read(&w->load, w->load.source->classification, e);
	if (rc == 0)
		rc = systems_read(&w->load, w->load.source->references, e);
	return rc;
}

static int files_take(struct work *w, struct err *e)
{
	int rc = set_up(w, e);

	for (size_t i = 0; rc == 0 && i < w->load.source->file_count; i++)
		rc = file_take(w, &w->load.source->files[i], e);
	w->rules->regexes = w->load.regexes;
	w->rules->regex_count = w->load.regex_count;
	if (rc < 0)
		return rc;
	digest_end(w);
	rules_sort(w->rules);
	w->report->loaded = w->rules->count;
	if (quick_make(w->rules) < 0)
		return out_of_memory(e);
	return index_new(w->rules, &w->rules->index, e);
}

int rules_load(const struct rules_source *source, struct rules **ret, struct rules_report *report, struct err *e)
{
	AUTO(rules_free) struct rules *rules = calloc(1, sizeof(*rules));
	struct rules_report own = {0};
	struct work w = {.load = {.source = source}, .rules = rules, .report = report ? report : &own};
	int rc = -ENOMEM;

	*w.report = (struct rules_report){.pool = pool_new()};
	w.load.report = w.report;
	w.digest = EVP_MD_CTX_new();
	if (rules)
		rules->pool = w.load.pool = pool_new();
	if (!rules || !rules->pool || !w.report->pool || !w.digest || EVP_DigestInit_ex(w.digest, EVP_sha256(), NULL) != 1)
		out_of_memory(e);
	else
		rc = files_take(&w, e);
	EVP_MD_CTX_free(w.digest);
	category_map_free(w.load.categories);
	if (!report || rc < 0)
		rules_report_done(w.report);
	if (rc == 0)
		*ret = TAKE(rules);
	return rc;
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->regex_count; i++)
		regex_free(r->regexes[i]);
	pool_free(r->pool);
	free(r);
}

size_t rules_count(const struct rules *r)
{
	return r->count;
}

const struct rule_info *rules_info(const struct rules *r, uint32_t rule)
{
	return &r->rules[rule].info;
}

const char *rules_digest(const struct rules *r)
{
	return r->digest;
}

void rules_reference(const struct rules *r, uint32_t rule, uint32_t i, const char **ret_system, const char **ret_prefix,
	const char **ret_id)
{
	const struct reference *reference = &r->rules[rule].references[i];

	*ret_system = reference->system;
	*ret_prefix = reference->prefix;
	*ret_id = reference->id;
}
