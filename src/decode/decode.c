#include "decode/decode.h"

#include "decode/layers.h"

/* Nearly every frame is plain IPv4 in Ethernet: that way is straight, the others are calls. */
static inline enum net first_header(struct packet *p, struct cur *c, uint16_t link_type)
{
	if (link_type != LINK_ETHERNET)
		return link_read(p, c, link_type);

	struct cur plain = *c;
	cur_skip(&plain, 12);
	if (cur_u16(&plain) != ETHERTYPE_IPV4)
		return ether_read(p, c);
	*c = plain;
	return NET_IPV4;
}

/* Fills *p in place: a struct of this size that is returned is copied once more, which cost as much as reading it. */
void decode_frame(const struct frame *frame, bool look_through, struct packet *p)
{
	packet_init(p, frame->ts_ns, frame->odds);
	if (frame->cap_len == 0) {
		odd(p, ODD_BIT(frame_empty));
		return;
	}
	struct cur c = cur_of(frame->data, frame->cap_len);
	enum net says = first_header(p, &c, frame->link_type);
	if (says == NET_NONE)
		return;

	size_t all = frame->wire_len > frame->cap_len ? frame->wire_len : frame->cap_len;
	payload_set(p, &c, all - (size_t)(c.at - frame->data));
	if (ip_read(p, says))
		transport_read(p);
	if (look_through)
		tunnels_read(p);
}
