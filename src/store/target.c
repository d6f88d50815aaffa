#include "store/target.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

static const struct scheme {
	const char *prefix, *http, *port;
} schemes[] = {
	{"clickhouse://", "http", "8123"},
	{"clickhouses://", "https", "8443"},
	{"http://", "http", "8123"},
	{"https://", "https", "8443"},
};

static const struct scheme *scheme_of(const char *where)
{
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++)
		if (strncmp(where, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
			return &schemes[i];
	return NULL;
}

bool target_is_server(const char *where)
{
	return scheme_of(where) != NULL;
}

void target_done(struct target *t)
{
	if (!t)
		return;
	free(t->url);
	free(t->user);
	free(t->password);
	free(t->database);
	*t = (struct target){0};
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The text with %XX resolved; NULL when a % has no two digits, or means a NUL, or memory is out. */
static char *decoded(const char *text, size_t len)
{
	char *out = malloc(len + 1), *to = out;

	for (size_t i = 0; out && i < len; i++) {
		if (text[i] != '%') {
			*to++ = text[i];
			continue;
		}
		int high = len - i > 2 ? hex_value(text[i + 1]) : -1;
		int low = high >= 0 ? hex_value(text[i + 2]) : -1;
		if (low < 0 || (high == 0 && low == 0)) {
			free(out);
			return NULL;
		}
		*to++ = (char)(high << 4 | low);
		i += 2;
	}
	if (out)
		*to = '\0';
	return out;
}

/* "host", "host:port", "[v6]:port". The host's characters are tested, so that nothing else can get
 * into the URL. */
static int parse_host(const char *host, size_t len, const struct scheme *scheme, struct target *ret)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
	bool bracket = len > 0 && host[0] == '[';
	size_t name =
		bracket ? strspn(host + 1, "0123456789abcdefABCDEF:.") + 2 : strspn(host, allowed);
	char digits[6] = "";
	const char *port = scheme->port;
	uint64_t number;

	if (name == 0 || name > len || (bracket && (name == 2 || host[name - 1] != ']')))
		return -EINVAL;
	if (name < len) {
		if (host[name] != ':' || len - name - 1 >= sizeof(digits))
			return -EINVAL;
		memcpy(digits, host + name + 1, len - name - 1);
		if (!number_u64(digits, 1, 65535, &number))
			return -EINVAL;
		port = digits;
	}
	if (asprintf(&ret->url, "%s://%.*s:%s/", scheme->http, (int)name, host, port) < 0) {
		ret->url = NULL;
		return -ENOMEM;
	}
	return 0;
}

static void parse_user(const char *text, size_t len, struct target *ret)
{
	const char *colon = memchr(text, ':', len);
	size_t user = colon ? (size_t)(colon - text) : len;

	ret->user = decoded(text, user);
	if (colon)
		ret->password = decoded(colon + 1, len - user - 1);
}

int target_parse(const char *where, const char *password, struct target *ret, struct err *e)
{
	const struct scheme *scheme = scheme_of(where);

	*ret = (struct target){0};
	if (!scheme)
		goto bad;
	const char *rest = where + strlen(scheme->prefix);
	size_t authority = strcspn(rest, "/?#");
	const char *at = memrchr(rest, '@', authority);
	const char *host = at ? at + 1 : rest;
	const char *path = rest + authority;
	size_t database = *path == '/' ? strcspn(path + 1, "/?#") : 0;

	if ((*path && *path != '/') || (*path && path[1 + database]))
		goto bad;
	if (at)
		parse_user(rest, (size_t)(at - rest), ret);
	else
		ret->user = strdup("default");
	if (!at || !memchr(rest, ':', (size_t)(at - rest)))
		ret->password = strdup(password ? password : "");
	ret->database = database ? decoded(path + 1, database) : strdup("default");
	if (!ret->user || !ret->password || !ret->database || !*ret->user || !*ret->database ||
		parse_host(host, authority - (size_t)(host - rest), scheme, ret) < 0)
		goto bad;
	return 0;
bad:
	return err_set(e, EINVAL,
		TR("setting store: the address of a server is clickhouse://user@host:8123/database",
			"設定 store: サーバーのアドレスは clickhouse://user@host:8123/database "
			"の形で指定してください"));
}
