/* Sensor addresses of a capture that no setting explains: an address is a sensor's when others spoke to it first. For each
 * pair of addresses the destination of its first packet was spoken to, the source spoke; an address that was spoken to by
 * more peers than it spoke to is inferred to be a sensor's, and so is one that nobody but itself spoke to (a capture of
 * a loopback interface, land attacks alone). Group addresses (multicast, broadcast) never are. */
#pragma once

#include "base/base.h"
#include "decode/decode.h"

struct infer;

/* At most max_pairs pairs of addresses are remembered; later ones are not looked at and infer_is_cut() says so. */
struct infer *infer_new(size_t max_pairs);
void infer_packet(struct infer *in, const struct packet *p);
/* The inferred addresses as sorted prefixes (adjacent addresses merged); *ret is owned by the caller. Returns the number or
 * -ENOMEM. */
int infer_result(const struct infer *in, struct prefix **ret) MUST_USE;
bool infer_is_cut(const struct infer *in);
void infer_free(struct infer *in);
AUTO_RELEASE(struct infer, infer_free);
