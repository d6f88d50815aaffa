#include "respond/answer.h"

#include "respond/checksum.h"

enum {
	ETHERNET_HEADER = 14,
	MAC = 6,
	VLAN_TAG = 4,
	VLANS_MAX = 2,
	IP4_HEADER = 20,
	IP6_HEADER = 40,
	IP4_CHECKSUM = 10,
	IP4_ADDRESSES = 12,
	IP6_ADDRESSES = 8,
	IP6_NEXT = 6,
	TCP_HEADER = 20,
	TCP_CHECKSUM = 16,
	ICMP_CHECKSUM = 2,
	OPTION_MSS = 2,
	OPTION_MSS_LEN = 4,
	TTL = 64,
};
_Static_assert(ETHERNET_HEADER + VLANS_MAX * VLAN_TAG + IP6_HEADER + TCP_HEADER + OPTION_MSS_LEN <=
		       RESPOND_ANSWER_MAX,
	"an answer of TCP fits");

/* --- the frame that is answered --- */

static bool is_tag(const uint8_t *type)
{
	unsigned int value = (unsigned int)type[0] << 8 | type[1];

	return value == 0x8100 || value == 0x88a8 || value == 0x9100;
}

/* Ethernet and tags, and nothing else (labels, tunnels) before IP. */
static bool is_plain_link(const struct frame *frame, size_t link_len)
{
	size_t len = ETHERNET_HEADER;

	if (frame->link_type != LINK_ETHERNET || link_len < len)
		return false;
	while (len + VLAN_TAG <= link_len && is_tag(frame->data + len - 2))
		len += VLAN_TAG;
	return len == link_len && len <= ETHERNET_HEADER + VLANS_MAX * VLAN_TAG;
}

/* 0: extension headers, or none that is whole. */
static size_t ip_header_len(const struct packet *p)
{
	const size_t len = p->version == 4 ? (p->ip[0] & 15u) * 4 : IP6_HEADER;

	if (p->version == 6 && p->ip_captured >= IP6_HEADER && p->ip[IP6_NEXT] != p->protocol)
		return 0;
	return len <= p->length ? len : 0;
}

struct trigger trigger_find(const struct frame *frame, const struct packet *packet)
{
	struct trigger t = {.frame = frame, .packet = packet};

	if (!packet->is_ip || packet->ip_captured < packet->length || packet->length > UINT16_MAX)
		return t;
	t.link_len = (size_t)(packet->ip - frame->data);
	const size_t ip_len = ip_header_len(packet);
	if (ip_len == 0 || !is_plain_link(frame, t.link_len))
		return t;
	t.transport = packet->ip + ip_len;
	t.transport_len = packet->length - ip_len;
	return t;
}

static const uint8_t *addresses_of(const struct trigger *t)
{
	return t->packet->ip + (t->packet->version == 4 ? IP4_ADDRESSES : IP6_ADDRESSES);
}

static size_t address_len(const struct trigger *t)
{
	return t->packet->version == 4 ? 4 : 16;
}

/* Of ICMP there is no pseudo header. */
static uint64_t sum_before(const struct trigger *t, size_t len)
{
	if (t->packet->protocol == PROTOCOL_ICMP)
		return 0;
	return checksum_pseudo(addresses_of(t), address_len(t), t->packet->protocol, len);
}

bool trigger_checksum_is_right(const struct trigger *t)
{
	if (t->packet->odds & ODD_BIT(ip_checksum))
		return false;
	if (t->frame->checksum_open)
		return true;
	uint64_t sum = sum_before(t, t->transport_len);
	return checksum_end(checksum_add(sum, t->transport, t->transport_len)) == 0;
}

/* --- the answer --- */

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, (uint16_t)(value >> 16));
	put16(at + 2, (uint16_t)value);
}

/* Sender and receiver change places. */
static void put_swapped(uint8_t *at, const uint8_t *from, size_t len)
{
	memcpy(at, from + len, len);
	memcpy(at + len, from, len);
}

static void put_ip4(const struct trigger *t, size_t transport_len, uint8_t *at)
{
	memset(at, 0, IP4_HEADER);
	at[0] = 0x45;
	put16(at + 2, (uint16_t)(IP4_HEADER + transport_len));
	at[6] = 0x40; /* don't fragment, so that the number may be 0 (RFC 6864) */
	at[8] = TTL;
	at[9] = t->packet->protocol;
	put_swapped(at + IP4_ADDRESSES, addresses_of(t), address_len(t));
	const uint16_t checksum = checksum_end(checksum_add(0, at, IP4_HEADER));
	memcpy(at + IP4_CHECKSUM, &checksum, sizeof(checksum));
}

static void put_ip6(const struct trigger *t, size_t transport_len, uint8_t *at)
{
	memset(at, 0, IP6_HEADER);
	at[0] = 0x60;
	put16(at + 4, (uint16_t)transport_len);
	at[IP6_NEXT] = t->packet->protocol;
	at[7] = TTL;
	put_swapped(at + IP6_ADDRESSES, addresses_of(t), address_len(t));
}

/* Tags stay as they are. Returns where the transport header begins. */
static size_t put_headers(const struct trigger *t, size_t transport_len, uint8_t *out)
{
	put_swapped(out, t->frame->data, MAC);
	memcpy(out + 2 * MAC, t->frame->data + 2 * MAC, t->link_len - 2 * MAC);
	if (t->packet->version == 4) {
		put_ip4(t, transport_len, out + t->link_len);
		return t->link_len + IP4_HEADER;
	}
	put_ip6(t, transport_len, out + t->link_len);
	return t->link_len + IP6_HEADER;
}

/* The sum of the pseudo header is the same in both directions. */
static void put_checksum(const struct trigger *t, uint8_t *transport, size_t len, size_t offset)
{
	const uint16_t checksum = checksum_end(checksum_add(sum_before(t, len), transport, len));

	memcpy(transport + offset, &checksum, sizeof(checksum));
}

size_t answer_tcp(const struct trigger *t, const struct segment *segment, uint8_t *out)
{
	const size_t len = TCP_HEADER + (segment->mss ? OPTION_MSS_LEN : 0u);
	const size_t start = put_headers(t, len, out);
	uint8_t *tcp = out + start;

	memset(tcp, 0, len);
	put16(tcp, t->packet->dport);
	put16(tcp + 2, t->packet->sport);
	put32(tcp + 4, segment->seq);
	put32(tcp + 8, segment->ack);
	tcp[12] = (uint8_t)(len / 4 << 4);
	tcp[13] = segment->flags;
	put16(tcp + 14, segment->window);
	if (segment->mss) {
		tcp[TCP_HEADER] = OPTION_MSS;
		tcp[TCP_HEADER + 1] = OPTION_MSS_LEN;
		put16(tcp + TCP_HEADER + 2, segment->mss);
	}
	put_checksum(t, tcp, len, TCP_CHECKSUM);
	return start + len;
}

size_t answer_echo(const struct trigger *t, uint8_t *out)
{
	const size_t start = put_headers(t, t->transport_len, out);
	uint8_t *icmp = out + start;

	memcpy(icmp, t->transport, t->transport_len);
	icmp[0] = t->packet->version == 4 ? 0 : 129; /* echo reply */
	put16(icmp + ICMP_CHECKSUM, 0);
	put_checksum(t, icmp, t->transport_len, ICMP_CHECKSUM);
	return start + t->transport_len;
}
