/* The SSH identification line (RFC 4253 4.2): "SSH-2.0-Go some comment". */
#pragma once

#include "base/bytes.h"

struct ssh_banner {
	struct bytes proto, software, comment; /* slices of the input */
};

/* False: it does not begin with one. A line that is cut is read as far as it goes. */
bool ssh_banner_parse(struct bytes in, struct ssh_banner *ret);
