#include "proto/ssh.h"

static size_t line_length(struct bytes in)
{
	size_t end = bytes_find(in, 0, '\n');

	return end > 0 && end <= in.len && in.data[end - 1] == '\r' ? end - 1 : end;
}

bool ssh_banner_parse(struct bytes in, struct ssh_banner *ret)
{
	if (!bytes_start(in, "SSH-"))
		return false;
	struct bytes line = bytes_part(in, 4, line_length(in));
	size_t dash = bytes_find(line, 0, '-');
	struct bytes rest = bytes_from(line, dash + 1);
	size_t blank = bytes_find(rest, 0, ' ');

	*ret = (struct ssh_banner){.proto = bytes_part(line, 0, dash),
		.software = bytes_part(rest, 0, blank),
		.comment = bytes_from(rest, blank + 1)};
	return ret->proto.len > 0;
}
