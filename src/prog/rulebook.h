/* The tag file and the rules of teiten.yaml: loaded once a command, then immutable and shared by its threads. */
#pragma once

#include "base/err.h"
#include "flow/detection_rows.h"
#include "rules/rules.h"

#include <string.h>

struct prog;
struct yaml;

/* What the list `rules:` names. */
struct rule_list {
	struct rule_pattern {
		char *glob; /* of paths; a relative one means beside teiten.yaml */
		enum rules_dialect dialect;
	} *patterns;
	size_t count;
};

/* Each item is a pattern, or {files: PATTERN, dialect: suricata or snort}. rules: NULL: none. */
int rule_list_read(const struct yaml *rules, const char *config, struct rule_list *ret, struct err *e) MUST_USE;
void rule_list_done(struct rule_list *list);

/* The value of `tags` for no tag file. */
#define RULEBOOK_NO_TAGS "none"

struct rulebook {
	struct rules *rules;
	struct rules_report report; /* what was refused, and why */
	struct rules_file *files;   /* in the order in which they were loaded, the tag file first; each once */
	size_t file_count;
	bool tags_alone;	      /* the first file is the tag file, and is not in the list as well: no detections */
	struct detection *detections; /* of each rule, what it says of an access; of one for its tag alone: all zero */
	size_t signatures;	      /* how many make detections */
};

/* Setting `tags` ("": the packaged file, "none": none), whose rules only give tags, then the list, whose rules make detections. HOME_NET is the configured sensors' addresses. A rule
 * that is refused is counted; a pattern that names no file is an error. */
int rulebook_load(const struct prog *p, struct rulebook **ret, struct err *e) MUST_USE;
/* One line on stderr when rules were refused. */
void rulebook_tell(const struct rulebook *s);
void rulebook_free(struct rulebook *s);
/* How many rules in force make detections; 0 for NULL. */
size_t rulebook_signatures(const struct rulebook *s);
/* Whether a match of the rule is a detection. */
static inline bool rulebook_detects(const struct rulebook *s, uint32_t rule)
{
	return s->detections[rule].message;
}
/* Whether the rules of a file make detections. */
static inline bool rulebook_has_signatures(const struct rulebook *s, const char *file)
{
	return !s->tags_alone || strcmp(file, s->files[0].name) != 0;
}
AUTO_RELEASE(struct rulebook, rulebook_free);
