#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void json_key(struct json *j, const char *key)
{
	if (j->need_comma)
		buf_char(j->out, ',');
	if (key) {
		buf_json(j->out, key, strlen(key));
		buf_char(j->out, ':');
	}
	j->need_comma = true;
}

void json_open(struct json *j, const char *key, char bracket)
{
	json_key(j, key);
	buf_char(j->out, bracket);
	j->need_comma = false;
}

void json_close(struct json *j, char bracket)
{
	buf_char(j->out, bracket);
	j->need_comma = true;
}

void json_text(struct json *j, const char *key, const char *value)
{
	json_key(j, key);
	buf_json(j->out, value, strlen(value));
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	json_key(j, key);
	buf_printf(j->out, "%" PRIu64, value);
}

void json_double(struct json *j, const char *key, double value)
{
	char text[32];

	json_key(j, key);
	if (!isfinite(value)) {
		buf_text(j->out, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	buf_text(j->out, text);
}

void json_bool(struct json *j, const char *key, bool value)
{
	json_key(j, key);
	buf_text(j->out, value ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
	json_key(j, key);
	buf_text(j->out, "null");
}
