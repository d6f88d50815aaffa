#include "synth/plan_parts.h"

#include "base/text.h"
#include "decode/service.h"

#include <errno.h>

enum { PORTS = 65536 };

static bool *listed(const struct tail *tail, uint8_t protocol, uint32_t port)
{
	return &tail->listed[(protocol == PROTOCOL_UDP ? PORTS : 0) + port];
}

static void note_listed(const struct scenario *s, struct tail *tail)
{
	for (size_t i = 0; i < s->service_count; i++) {
		uint32_t service = s->services[i].service;
		uint8_t protocol = service_protocol(service);
		if (service >> 24 == 0 && (protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP))
			*listed(tail, protocol, service_number(service)) = true;
	}
}

/* Ports 1 to 65535, half of them below 10,000, each service once. */
static void draw_services(
	const struct scenario *s, struct tail *tail, bool *taken, struct random *r)
{
	size_t count = 0;

	while (count < s->other.ports) {
		uint8_t protocol =
			random_unit(r) * 100 < s->other.udp ? PROTOCOL_UDP : PROTOCOL_TCP;
		uint32_t port =
			1 + (uint32_t)random_below(r, random_below(r, 2) ? 9999 : PORTS - 1);
		bool *mark = &taken[(protocol == PROTOCOL_UDP ? PORTS : 0) + port];
		if (*mark || *listed(tail, protocol, port))
			continue;
		*mark = true;
		tail->services[count++] = service_make(protocol, (uint16_t)port);
	}
}

int plan_tail(const struct scenario *s, struct random *r, struct tail *ret, struct err *e)
{
	AUTO(free) bool *taken = calloc(2 * PORTS, sizeof(*taken));

	*ret = (struct tail){.services = calloc(s->other.ports, sizeof(*ret->services)),
		.listed = calloc(2 * PORTS, sizeof(*ret->listed))};
	if (!taken || !ret->services || !ret->listed ||
		weights_zipf(&ret->weights, s->other.ports, s->other.skew) < 0)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	note_listed(s, ret);
	draw_services(s, ret, taken, r);
	return 0;
}

uint32_t plan_tail_port(const struct tail *tail, uint8_t protocol, struct random *r)
{
	uint32_t port;

	do {
		port = 1024 + (uint32_t)random_below(r, PORTS - 1024);
	} while (*listed(tail, protocol, port));
	return service_make(protocol, (uint16_t)port);
}
