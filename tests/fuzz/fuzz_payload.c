/* Any payload: the first byte chooses the transport, the next two the port it was sent to or
 * answered from. */
#include "proto/response.h"
#include "proto/snmp.h"
#include "proto/ssh.h"
#include "summary_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t protocols[] = {6, 17, 1};
	struct snmp_message snmp;
	struct ssh_banner ssh;

	if (size < 3)
		return 0;
	struct proto_payload p = {.ip_protocol = protocols[data[0] % sizeof(protocols)],
		.sport = 40000,
		.dport = (uint16_t)(data[1] << 8 | data[2]),
		.bytes = {data + 3, size - 3}};
	summary_check(&p);
	proto_is_udp_response(p.dport, p.bytes);
	snmp_parse(p.bytes, &snmp);
	ssh_banner_parse(p.bytes, &ssh);
	assert(proto_guess(p.ip_protocol, 1, 2, (struct bytes){0}) == PROTO_none);
	return 0;
}
