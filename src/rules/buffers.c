#include "rules/buffers.h"

#include <string.h>

/* The older HTTP names that stand behind a content and move it; the others are sticky, like the new ones. */
#define IS_MODIFIER(name)                                                                          \
	(HTTP_BUFFER_##name == HTTP_BUFFER_method || HTTP_BUFFER_##name == HTTP_BUFFER_uri ||      \
		HTTP_BUFFER_##name == HTTP_BUFFER_uri_raw ||                                       \
		HTTP_BUFFER_##name == HTTP_BUFFER_header ||                                        \
		HTTP_BUFFER_##name == HTTP_BUFFER_header_raw ||                                    \
		HTTP_BUFFER_##name == HTTP_BUFFER_host ||                                          \
		HTTP_BUFFER_##name == HTTP_BUFFER_host_raw ||                                      \
		HTTP_BUFFER_##name == HTTP_BUFFER_body ||                                          \
		HTTP_BUFFER_##name == HTTP_BUFFER_user_agent ||                                    \
		HTTP_BUFFER_##name == HTTP_BUFFER_cookie)

const struct buffer_kind buffer_kinds[BUFFER_COUNT] = {
#define X(name, keyword, modifier, header)                                                         \
	[BUFFER_http_##name] = {keyword, modifier, IS_MODIFIER(name), HOME_HTTP, false},
	HTTP_BUFFERS(X)
#undef X
#define X(name, keyword, header, compact)                                                          \
	[BUFFER_sip_##name] = {keyword, "", false, HOME_SIP, (const char *)header != NULL},
	SIP_BUFFERS(X)
#undef X
#define X(id, name, older, home, several) [BUFFER_##id] = {name, older, false, home, several},
	BUFFERS(X)
#undef X
};

int buffer_of_name(const char *name)
{
	for (int i = 0; i < BUFFER_COUNT; i++) {
		const struct buffer_kind *b = &buffer_kinds[i];
		if (strcmp(name, b->name) == 0)
			return i;
		if (b->older[0] && !b->older_is_modifier && strcmp(name, b->older) == 0)
			return i;
	}
	return -1;
}

int buffer_of_modifier(const char *name)
{
	for (int i = 0; i < BUFFER_COUNT; i++)
		if (buffer_kinds[i].older_is_modifier && strcmp(name, buffer_kinds[i].older) == 0)
			return i;
	return -1;
}

bool buffer_is_app(enum buffer buffer)
{
	enum buffer_home home = buffer_kinds[buffer].home;

	return home != HOME_PAYLOAD && home != HOME_HEADER && home != HOME_BASE64;
}
