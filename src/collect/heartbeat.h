/* PUT /v1/heartbeat: what a sensor says of itself becomes sensors/NAME.json,
 *   {"sensor": NAME, "received_s": SECONDS SINCE 1970, "status": WHAT IT SAID}
 * and the answer is what the collector knows of it: WIRE_HEARD_KEYS (ship/wire.h). */
#pragma once

#include "collect/request.h"

void heartbeat_answer(struct collect_request *r);

/* Any JSON as JSON that is surely well-formed: numbers that look like numbers, true, false and null as they are, all else
 * as text. -EBADMSG when text is no map. */
int heartbeat_clean(const char *text, size_t len, struct buf *ret, struct err *e) MUST_USE;
