/* Any text is a filter or an error; what is a filter prints as a text that reads back to the same
 * print. */
#include "analysis/expr.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct access access = {.country = {'C', 'N'}, .ttl = 64};
	AUTO(expr_free) struct expr *x = NULL;
	AUTO(expr_free) struct expr *again = NULL;
	AUTO(buf_done) struct buf printed = {0};
	AUTO(buf_done) struct buf reprinted = {0};
	AUTO(free) char *text = strndup((const char *)data, size);
	struct err e = {0};

	if (!text || expr_parse(text, &x, &e) < 0)
		return 0;
	expr_print(x, &printed);
	if (printed.failed ||
		printed.len > 64 << 10) /* the normal form may be longer than the limit of texts */
		return 0;
	if (expr_parse(buf_str(&printed), &again, &e) < 0)
		abort();
	expr_print(again, &reprinted);
	if (strcmp(buf_str(&printed), buf_str(&reprinted)) != 0)
		abort();
	if (expr_matches(x, &access, NULL) != expr_matches(again, &access, NULL))
		abort();
	if (expr_may_have_sensor(x, "tokyo") != expr_may_have_sensor(again, "tokyo"))
		abort();
	return 0;
}
