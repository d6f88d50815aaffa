/* A small streaming JSON writer: commas and nesting are kept right, text is escaped in one place. */
#pragma once

#include "base/buf.h"

struct json {
	struct buf *out;
	bool need_comma;
};

/* key is NULL inside arrays and at the top. */
void json_open(struct json *j, const char *key, char bracket); /* '{' or '[' */
void json_close(struct json *j, char bracket);                 /* '}' or ']' */
void json_text(struct json *j, const char *key, const char *value);
void json_u64(struct json *j, const char *key, uint64_t value);
/* Shortest decimal that reads back as the same double; not finite: null. */
void json_double(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
