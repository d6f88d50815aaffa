/* The kernel answers nothing that arrives for the telescope: no RST, no ICMP, no connection tracking. By nft, in a table
 * of our own that a start replaces and an orderly end removes; after a crash it stays, so that nothing answers in between.
 *   prefix  netdev ingress of the interface drops what is for the addresses; the capture hears it before. The addresses
 *           must not be the machine's own: it would be cut off.
 *   host    for one address that is the machine's own, too: raw prerouting drops what arrives for the addresses on that
 *           interface but what `accept` names; stateless, so answers to the machine's own questions must be named. */
#pragma once

#include "sensor/config.h"

struct buf;

/* The rules as nft reads them; "" with silence: off. */
int silence_rules(const struct sensor_config *c, struct buf *ret, struct err *e) MUST_USE;
int silence_on(const struct sensor_config *c, struct err *e) MUST_USE;
int silence_off(const struct sensor_config *c, struct err *e) MUST_USE;
