#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/regex.h"

#include "base/text.h"

#include <pcre2.h>

_Static_assert(REGEX_ANY_CASE == PCRE2_CASELESS, "one of its options");

struct regex {
	pcre2_code *code;
	bool unlimited;
};

struct regex_scratch {
	pcre2_match_data *match;
	pcre2_match_context *limited, *unlimited;
};

struct regex *regex_new(const char *pattern, size_t len, uint32_t options, bool unlimited, struct err *e)
{
	struct regex *r = calloc(1, sizeof(*r));
	PCRE2_SIZE at;
	int error;

	if (!r) {
		err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
		return NULL;
	}
	r->unlimited = unlimited;
	r->code = pcre2_compile((PCRE2_SPTR)pattern, len, options, &error, &at, NULL);
	if (!r->code) {
		PCRE2_UCHAR text[128] = "";
		pcre2_get_error_message(error, text, sizeof(text));
		err_set(e, EINVAL, TR("%s at byte %zu", "%s（%zu バイト目）"), (char *)text, (size_t)at);
		regex_free(r);
		return NULL;
	}
	/* Without JIT (a hardened system may forbid it) the pattern is interpreted. */
	pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
	return r;
}

void regex_free(struct regex *r)
{
	if (!r)
		return;
	pcre2_code_free(r->code);
	free(r);
}

bool regex_needs_bytes(const struct regex *r)
{
	uint32_t least = 0;

	return pcre2_pattern_info(r->code, PCRE2_INFO_MINLENGTH, &least) == 0 && least > 0;
}

struct regex_scratch *regex_scratch_new(void)
{
	struct regex_scratch *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->match = pcre2_match_data_create(2, NULL);
	s->limited = pcre2_match_context_create(NULL);
	s->unlimited = pcre2_match_context_create(NULL);
	if (!s->match || !s->limited || !s->unlimited) {
		regex_scratch_free(s);
		return NULL;
	}
	pcre2_set_match_limit(s->limited, REGEX_MATCH_LIMIT);
	pcre2_set_depth_limit(s->limited, REGEX_DEPTH_LIMIT);
	return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->limited);
	pcre2_match_context_free(s->unlimited);
	free(s);
}

int regex_search(const struct regex *r, struct regex_scratch *s, struct bytes in, size_t from, size_t *ret_start,
	size_t *ret_end)
{
	PCRE2_SPTR text = in.data ? in.data : (PCRE2_SPTR) "";
	int rc = pcre2_match(r->code, text, in.len, from, 0, s->match, r->unlimited ? s->unlimited : s->limited);

	if (rc >= 0) {
		const PCRE2_SIZE *places = pcre2_get_ovector_pointer(s->match);
		*ret_start = places[0];
		*ret_end = places[1];
		return 1;
	}
	return rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

bool regex_group(const struct regex_scratch *s, struct bytes in, struct bytes *ret)
{
	const PCRE2_SIZE *places = pcre2_get_ovector_pointer(s->match);

	if (places[2] == PCRE2_UNSET || places[3] > in.len || places[2] > places[3])
		return false;
	*ret = bytes_part(in, places[2], places[3]);
	return true;
}
