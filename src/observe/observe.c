#include "observe/observe.h"

#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "base/zone.h"
#include "observe/syn.h"
#include "observe/tools.h"

static const char *const classes[] = {
#define X(name, number) [number] = #name,
	CLASSES(X)
#undef X
};

static const char *const tools[] = {
#define X(name, number) [number] = #name,
	TOOLS(X)
#undef X
};

static const struct {
	const char *name;
	uint8_t start_ttl;
} os_families[] = {
#define X(name, ttl) {#name, ttl},
	OS_FAMILIES(X)
#undef X
};

static int number_of(const char *const names[], size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcasecmp(names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

const char *class_name(enum class class)
{
	return classes[class];
}

int class_number(const char *name)
{
	return number_of(classes, ARRAY_SIZE(classes), name);
}

const char *tool_name(enum tool tool)
{
	return tool == TOOL_none ? "-" : tools[tool];
}

int tool_number(const char *name)
{
	return strcmp(name, "-") == 0 ? TOOL_none : number_of(tools, ARRAY_SIZE(tools), name);
}

const char *os_name(uint8_t ttl)
{
	size_t i = 0;

	while (ttl > os_families[i].start_ttl)
		i++;
	return os_families[i].name;
}

static bool is_echo(const struct packet *p)
{
	if (p->protocol == PROTOCOL_ICMP)
		return p->icmp_type == 0 || p->icmp_type == 8;
	return p->protocol == PROTOCOL_ICMPV6 && (p->icmp_type == 128 || p->icmp_type == 129);
}

static bool has_payload(const struct packet *p)
{
	if (p->fragment == FRAGMENT_LATER || p->payload_len == 0)
		return false;
	return p->protocol == PROTOCOL_UDP || is_echo(p) || is_syn(p);
}

static void fill(struct access *a, const struct packet *p, int sensor)
{
	bool icmp = p->protocol == PROTOCOL_ICMP || p->protocol == PROTOCOL_ICMPV6;
	bool payload = has_payload(p);

	*a = (struct access){
		.ts_ns = p->ts_ns,
		.src = p->src,
		.dst = p->dst,
		.service = service_of(p),
		.length = p->length,
		.country = {'Z', 'Z'},
		.sensor = (uint16_t)sensor,
		.sport = icmp ? p->icmp_code : p->sport,
		.window = p->tcp_window,
		.tcp_flags = p->tcp_flags,
		.ttl = p->ttl,
		.class = (uint8_t)class_of(p),
		.tool = (uint8_t)tool_of(p),
		.payload = payload ? p->payload : NULL,
		.payload_len = payload ? p->payload_len : 0,
	};
}

static void label(struct access *a, struct labels *l, const struct packet *p)
{
	struct syn syn;

	a->labels = l;
	if (p->fragment == FRAGMENT_LATER)
		return;
	if (!is_syn(p)) {
		a->tags = tools_of(l, p, NULL);
		return;
	}
	syn_read(p, &syn);
	a->syn = syn_label(l, p, &syn);
	a->tags = tools_of(l, p, &syn);
}

/* With --sensor the others are as if they were not there: what comes from one of them arrives like
 * anything else. */
static int find(const struct plant *plant, int only, const struct addr *a)
{
	int sensor = plant_find(plant, a);

	return only < 0 || sensor == only ? sensor : -1;
}

enum verdict observe(const struct plant *plant, int only, struct labels *labels, const struct packet *p,
	struct access *ret)
{
	if (!p->is_ip)
		return VERDICT_NOT_IP;

	bool land = addr_equal(&p->src, &p->dst);
	if (!land && find(plant, only, &p->src) >= 0)
		return VERDICT_LEFT_SENSOR;
	int sensor = find(plant, only, &p->dst);
	if (sensor < 0)
		return VERDICT_NO_SENSOR;
	if (!sensor_in_service(&plant->sensors[sensor], floor_s(p->ts_ns)))
		return VERDICT_OUT_OF_SERVICE;
	fill(ret, p, sensor);
	if (labels)
		label(ret, labels, p);
	return VERDICT_ACCESS;
}

enum tool tool_of(const struct packet *p)
{
	if (p->version != 4 || !is_syn(p))
		return TOOL_none;

	uint32_t dst = addr_v4(&p->dst);
	if (p->tcp_seq == dst)
		return TOOL_mirai;
	if (p->ip_id == (uint16_t)(dst ^ p->dport ^ p->tcp_seq))
		return TOOL_masscan;
	return p->ip_id == 54321 ? TOOL_zmap : TOOL_none;
}
