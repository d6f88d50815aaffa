#include "prog/rules_told.h"

#include "base/buf.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

int rules_dialect_parse(const char *text, enum rules_dialect *ret, struct err *e)
{
	bool snort = strcmp(text, "snort") == 0;

	if (!snort && strcmp(text, "suricata") != 0)
		return err_set(e, EINVAL, TR("--dialect: suricata or snort, not \"%s\"", "--dialect：suricata か snort です（「%s」）"), text);
	*ret = snort ? RULES_SNORT : RULES_SURICATA;
	return 0;
}

const char *rules_refusal_name(enum rules_refusal kind)
{
	return kind == RULES_MALFORMED ? TR("malformed", "書式の誤り") : TR("not supported", "未対応");
}

void rules_refused_print(FILE *out, const struct rules_refused *r)
{
	AUTO(buf_done) struct buf line = {0};
	AUTO(buf_done) struct buf safe = {0};

	buf_printf(&line, "%s:%u: ", r->file, r->line);
	if (r->sid)
		buf_printf(&line, "sid %u: ", r->sid);
	buf_printf(&line, "%s: %s", rules_refusal_name(r->kind), r->reason);
	buf_terminal(&safe, buf_str(&line));
	fprintf(out, "%s\n", buf_str(&safe));
}
