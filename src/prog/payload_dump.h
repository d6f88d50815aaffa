/* Bytes of a stranger for a terminal: nothing of them gets there raw. */
#pragma once

#include "base/buf.h"

#include <stdint.h>

/* Sixteen a line: offset, hex digits, characters. */
void payload_hexdump(const uint8_t *bytes, size_t len, struct buf *out);
/* ASCII as it is; \r \t \\ and \xNN for the rest; a line feed is \n and ends a line. A line end stands at the end. */
void payload_text(const uint8_t *bytes, size_t len, struct buf *out);
