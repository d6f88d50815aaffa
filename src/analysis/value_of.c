#include "analysis/value.h"

#include <openssl/sha.h>
#include <string.h>

#include "analysis/verdict.h"
#include "base/zone.h"
#include "decode/service.h"

static uint64_t os_of(unsigned ttl)
{
#define X(name, limit)                                                                             \
	if (ttl <= limit)                                                                          \
		return limit;
	OS_FAMILIES(X)
#undef X
	return 255;
}

static struct payload_hash payload_of(const struct access *a)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct payload_hash hash = {0};

	if (!a->payload || a->payload_len == 0)
		return hash;
	SHA256(a->payload, a->payload_len, digest);
	memcpy(hash.b, digest, sizeof(hash.b));
	return hash;
}

static uint64_t hour_of(int64_t ts_ns)
{
	return (uint64_t)civil_of(floor_s(ts_ns)).hour;
}

struct value value_of(enum subject s, const struct access *a, const struct plant *plant)
{
	switch (s) {
	case SUBJECT_service:
		return (struct value){.number = a->service};
	case SUBJECT_country:
		return (struct value){
			.number = (uint64_t)(uint8_t)a->country[0] << 8 | (uint8_t)a->country[1]};
	case SUBJECT_asn:
		return (struct value){.number = a->asn};
	case SUBJECT_source:
	case SUBJECT_network:
		return (struct value){.prefix = {a->src, 128}};
	case SUBJECT_destination:
		return (struct value){.prefix = {a->dst, 128}};
	case SUBJECT_sensor:
		return (struct value){.text = plant && a->sensor < plant->count
						      ? plant->sensors[a->sensor].name
						      : ""};
	case SUBJECT_class:
		return (struct value){.number = a->class};
	case SUBJECT_tool:
		return (struct value){.number = a->tool};
	case SUBJECT_ttl:
		return (struct value){.number = a->ttl};
	case SUBJECT_os:
		return (struct value){.number = os_of(a->ttl)};
	case SUBJECT_sport:
		return (struct value){.number = a->sport};
	case SUBJECT_payload:
		return (struct value){.payload = payload_of(a)};
	case SUBJECT_length:
		return (struct value){.number = a->length};
	case SUBJECT_window:
		return (struct value){.number = a->window};
	case SUBJECT_hour:
		return (struct value){.number = hour_of(a->ts_ns)};
	case SUBJECT_tag:
		return (struct value){.text = labels_get(a->labels, LABEL_tags, a->tags)};
	case SUBJECT_verdict:
		return (struct value){.number = verdict_of(a)};
	case SUBJECT_group:
		return (struct value){.text = labels_get(a->labels, LABEL_group, a->group)};
	case SUBJECT_handshake:
		return (struct value){.number = a->handshake};
	case SUBJECT_hops:
		return (struct value){.number = os_of(a->ttl) - a->ttl};
	case SUBJECT_tcp_opts:
		return (struct value){.text = labels_get(a->labels, LABEL_tcp_opts, a->syn)};
	case SUBJECT_port:
		return (struct value){.number = service_number(a->service)};
	case SUBJECT_protocol:
		return (struct value){.number = service_protocol(a->service)};
	case SUBJECT_signature: /* what detections have: expr_matches_detection() */
	case SUBJECT_category:
	case SUBJECT_COUNT:
		break;
	}
	return (struct value){0};
}
