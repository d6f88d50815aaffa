/* Is a UDP payload a response: something that only who was asked sends, so that its target's
 * address was forged or probed. Each port's test reads the protocol's own mark of a response; what
 * could be a request is never one. */
#pragma once

#include "base/bytes.h"

/* sport is the port it was sent from. */
bool proto_is_udp_response(uint16_t sport, struct bytes payload);
