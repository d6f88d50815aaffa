/* decode_frame() over any bytes: the first two choose link type and look_through, the third how
 * much longer the frame was on the wire. */
#include "../decoded.h"
#include "../packet_bounds.h"
#include "capture/frame.h"
#include "decode/service.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t links[] = {LINK_ETHERNET, LINK_NULL, LINK_PPP, LINK_RAW_12,
		LINK_RAW_14, LINK_PPP_HDLC, LINK_RAW, LINK_LOOP, LINK_LINUX_SLL, LINK_IPV4,
		LINK_IPV6, LINK_LINUX_SLL2, 147};
	char text[SERVICE_TEXT_SIZE];
	uint32_t service;

	if (size < 3)
		return 0;
	struct frame f = {
		.data = data + 3,
		.cap_len = (uint32_t)(size - 3),
		.wire_len = (uint32_t)(size - 3) + data[2] * 16u,
		.link_type = links[data[0] % (sizeof(links) / sizeof(links[0]))],
	};
	struct packet p = decoded(&f, data[1] & 1);
	packet_check_bounds(&f, &p);
	assert(service_parse(service_print(service_of(&p), text), &service) &&
		service == service_of(&p));
	return 0;
}
