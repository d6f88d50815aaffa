#include "store/url.h"

#include <string.h>

#include "store/tsv.h"

void url_add(struct buf *url, const char *text, size_t len)
{
	static const char unreserved[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < len; i++) {
		if (text[i] && strchr(unreserved, text[i]))
			buf_char(url, text[i]);
		else
			buf_printf(url, "%%%02X", (unsigned char)text[i]);
	}
}

static bool is_array(const char *sql, const char *name)
{
	AUTO(buf_done) struct buf use = {0};

	buf_printf(&use, "{%s:Array(", name);
	return strstr(sql, buf_str(&use)) != NULL;
}

void url_add_params(struct buf *url, const char *sql, const struct param *params, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO(buf_done) struct buf value = {0};

		if (is_array(sql, params[i].name))
			buf_text(&value, params[i].value);
		else
			tsv_add(&value, params[i].value);
		buf_printf(url, "&param_%s=", params[i].name);
		url_add(url, buf_str(&value), value.len);
		url->failed |= value.failed;
	}
}
