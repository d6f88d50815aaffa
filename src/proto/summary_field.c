/* Summaries of industrial protocols, tunnels and devices. */
#include "base/base.h"
#include "proto/summary_parts.h"

static uint16_t u16(struct bytes b, size_t at)
{
	return at + 2 <= b.len ? (uint16_t)(b.data[at] << 8 | b.data[at + 1]) : 0;
}

/* MQTT 3.1.1 3.1: name, level, flags, keep-alive, client */
void say_mqtt(struct say *s)
{
	struct cur c = cur_of(s->b.data, s->b.len);

	cur_skip(&c, 1);
	for (int i = 0; i < 4 && cur_u8(&c) & 0x80; i++)
		;
	cur_skip(&c, cur_u16(&c));
	uint8_t level = cur_u8(&c);
	cur_skip(&c, 3);
	size_t len = cur_u16(&c);
	buf_printf(s->out, " %s connect", level == 5 ? "5.0" : level == 4 ? "3.1.1" : "3.1");
	const uint8_t *client = cur_take(&c, len);
	if (client)
		say_if(s, ", client ", (struct bytes){client, len});
}

/* MODBUS Application Protocol 1.1b3, 6 */
void say_modbus(struct say *s)
{
	static const struct {
		uint8_t function;
		const char *name;
	} names[] = {{1, "read coils"}, {2, "read inputs"}, {3, "read holding registers"},
		{4, "read input registers"}, {5, "write coil"}, {6, "write register"},
		{15, "write coils"}, {16, "write registers"}, {17, "report server id"},
		{43, "read device identification"}};
	uint8_t function = s->b.data[7];
	const char *name = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].function == function)
			name = names[i].name;
	buf_printf(s->out, " unit %u", s->b.data[6]);
	say_name(s, name, function);
}

void say_s7(struct say *s)
{
	say_name(s, s->b.data[5] == 0xe0 ? "connect" : "S7 data", 0);
}

/* ASHRAE 135 6.2, 20.1, 21: behind BVLC and NPDU a service, confirmed (apdu 0) or not (1) */
void say_bacnet(struct say *s)
{
	static const struct {
		uint8_t apdu, service;
		const char *name;
	} names[] = {{1, 0, "I-Am"}, {1, 1, "I-Have"}, {1, 7, "Who-Has"}, {1, 8, "Who-Is"},
		{0, 12, "ReadProperty"}, {0, 14, "ReadPropertyMultiple"}, {0, 15, "WriteProperty"}};
	static const char *const kinds[] = {"confirmed request", "unconfirmed request",
		"simple ack", "complex ack", "segment ack", "error", "reject", "abort"};
	struct cur c = cur_of(s->b.data, s->b.len);

	cur_skip(&c, 5);
	uint8_t control = cur_u8(&c);
	if (control & 0x20) {
		cur_skip(&c, 2);
		cur_skip(&c, cur_u8(&c));
	}
	if (control & 0x08) {
		cur_skip(&c, 2);
		cur_skip(&c, cur_u8(&c));
	}
	cur_skip(&c, control & 0x20 ? 1 : 0);
	uint8_t apdu = cur_u8(&c) >> 4;
	cur_skip(&c, apdu == 0 ? 2 : apdu == 1 ? 0 : 1); /* sizes and invoke id; the id alone */
	uint8_t service = cur_u8(&c);
	for (size_t i = 0; cur_ok(&c) && i < ARRAY_SIZE(names); i++)
		if (names[i].apdu == apdu && names[i].service == service) {
			say_name(s, names[i].name, 0);
			return;
		}
	if (cur_ok(&c))
		buf_printf(s->out, " %s, service %u",
			apdu < ARRAY_SIZE(kinds) ? kinds[apdu] : "unknown", service);
}

void say_socks(struct say *s)
{
	const uint8_t *d = s->b.data;

	if (d[0] == 5) {
		buf_printf(s->out, "5, %u methods", d[1]);
		return;
	}
	buf_printf(s->out, "4 %s %u.%u.%u.%u:%u", d[1] == 1 ? "connect" : "bind", d[4], d[5], d[6],
		d[7], u16(s->b, 2));
	/* 4a: an address 0.0.0.x says that a name follows the user */
	if (d[4] == 0 && d[5] == 0 && d[6] == 0 && d[7] != 0) {
		size_t name = bytes_find(s->b, 8, 0) + 1;
		say_if(s, " ", bytes_part(s->b, name, bytes_find(s->b, name, 0)));
	}
}

/* Android's protocol.txt: behind the header of 24 bytes the system's identity */
void say_adb(struct say *s)
{
	struct bytes identity = bytes_from(s->b, 24);

	buf_text(s->out, " connect");
	say_if(s, " ", bytes_part(identity, 0, bytes_find(identity, 0, 0)));
}

void say_quic(struct say *s)
{
	uint32_t version = (uint32_t)u16(s->b, 1) << 16 | u16(s->b, 3);

	if ((version & 0x0f0f0f0f) == 0x0a0a0a0a)
		buf_printf(s->out, " version negotiation forced (0x%08x)", version);
	else if (version >> 24 == 'Q')
		say_if(s, " ", bytes_part(s->b, 1, 5));
	else
		buf_printf(s->out, " version 0x%08x", version);
}

/* RFC 7296 3.1, RFC 2408 3.1 */
void say_ike(struct say *s)
{
	struct bytes b = u16(s->b, 0) == 0 && u16(s->b, 2) == 0 ? bytes_from(s->b, 4) : s->b;
	uint8_t exchange = b.data[18];
	const char *name = exchange == 2    ? "main mode"
			   : exchange == 4  ? "aggressive mode"
			   : exchange == 5  ? "informational"
			   : exchange == 34 ? "SA_INIT"
			   : exchange == 37 ? "INFORMATIONAL"
					    : NULL;

	buf_printf(s->out, " v%u", b.data[17] >> 4);
	say_name(s, name, exchange);
}

/* RFC 8489 5 */
void say_stun(struct say *s)
{
	static const char *const classes[] = {"request", "indication", "success", "error"};
	uint16_t type = u16(s->b, 0);
	unsigned class = (type >> 7 & 2) | (type >> 4 & 1), method = type & 0x3eef & ~0x0110;

	say_name(s, method == 1 ? "binding" : method == 3 ? "allocate" : NULL, method);
	buf_printf(s->out, " %s", classes[class]);
}

/* RFC 2661 5.1: the message type is the first AVP of a control message */
void say_l2tp(struct say *s)
{
	uint16_t type = u16(s->b, 18);

	say_name(s, type == 1 ? "SCCRQ" : type == 2 ? "SCCRP" : type == 6 ? "HELLO" : NULL, type);
}

void say_openvpn(struct say *s)
{
	uint8_t operation = s->b.data[say_is_udp(s) ? 0 : 2] >> 3;

	buf_printf(s->out, " client reset v%u", operation == 7 ? 2 : operation == 10 ? 3 : 1);
}

void say_wireguard(struct say *s)
{
	static const char *const types[] = {"handshake initiation", "handshake response", "cookie"};

	say_name(s, types[(s->b.data[0] - 1u) % ARRAY_SIZE(types)], 0);
}

/* The back door of Netis routers (2014): eight bytes, then a password or a command. */
void say_netis(struct say *s)
{
	struct bytes rest = bytes_from(s->b, 8);

	if (bytes_start(s->b, "AAAAAAAA"))
		say_if(s, " login ", bytes_part(rest, 0, bytes_find(rest, 0, 0)));
	else if (bytes_start(s->b, "AA") && rest.len > 0)
		say_if(s, " command ", bytes_part(rest, 0, bytes_find(rest, 0, 0)));
	else
		say_binary(s);
}
