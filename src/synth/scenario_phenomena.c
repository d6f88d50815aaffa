/* Phenomena: packets of one service within certain days, of one country or of all, with sources of
 * their own or not. */
#include "synth/scenario_parts.h"

#include "base/buf.h"
#include "base/text.h"
#include "decode/service.h"

#include <errno.h>
#include <string.h>

/* --- when --- */

static struct span common(struct span a, struct span b)
{
	struct span both = {.from_s = a.from_s > b.from_s ? a.from_s : b.from_s,
		.to_s = a.to_s < b.to_s ? a.to_s : b.to_s};

	return both.to_s > both.from_s ? both : (struct span){0};
}

static int read_days(
	const struct yaml *node, const struct scenario *s, struct phenomenon *ph, struct err *e)
{
	struct span first, last;
	int rc;

	if (node->kind != YAML_LIST || node->count != 2)
		return yaml_error(node, e, EINVAL,
			TR("days must be [first, last]",
				"days は [最初の日, 最後の日] と書いてください"));
	if ((rc = scenario_read_day(&node->items[0], &first, e)) < 0 ||
		(rc = scenario_read_day(&node->items[1], &last, e)) < 0)
		return rc;
	if (last.to_s <= first.from_s)
		return yaml_error(node, e, EINVAL,
			TR("the last day is before the first", "最後の日が最初の日より前です"));
	for (size_t p = 0; p < PERIODS; p++)
		ph->when[p] = common((struct span){first.from_s, last.to_s}, s->periods[p]);
	return 0;
}

static bool has_time(const struct phenomenon *ph, size_t p)
{
	return ph->when[p].to_s > ph->when[p].from_s;
}

/* One number when the days lie in one period, else [before, now]. */
static int read_packets(
	const struct yaml *node, const struct scenario *s, struct phenomenon *ph, struct err *e)
{
	int rc = 0;

	if (node->kind == YAML_LIST && node->count == PERIODS) {
		for (size_t p = 0; rc == 0 && p < PERIODS; p++)
			rc = yaml_u64(&node->items[p], 0, SCENARIO_PACKETS_MAX,
				&ph->amount.packets[p], e);
	} else if (has_time(ph, 0) != has_time(ph, 1)) {
		rc = yaml_u64(
			node, 0, SCENARIO_PACKETS_MAX, &ph->amount.packets[has_time(ph, 1)], e);
	} else {
		return yaml_error(node, e, EINVAL,
			TR("the days are in both months or in none: packets must be [before, now]",
				"days が両方の月にかかるか、どちらの月にもないので、packets は "
				"[前期, 今期] と書いてください"));
	}
	for (size_t p = 0; rc == 0 && p < PERIODS; p++)
		if (ph->amount.packets[p] > 0 && !has_time(ph, p))
			return yaml_error(node, e, EINVAL,
				TR("no day of it is in %s", "%s にかかる日がありません"),
				s->period_names[p]);
	return rc;
}

/* --- what --- */

static int read_packet(
	const struct yaml *node, const struct scenario *s, struct phenomenon *ph, struct err *e)
{
	static const char *const names[] = {"syn", "syn-ack", "rst", "dns-response"};
	static const enum packet_kind kinds[] = {
		PACKET_syn, PACKET_syn_ack, PACKET_rst, PACKET_response};
	uint32_t service = s->services[ph->service].service;
	unsigned which;
	int rc = scenario_read_word(node, names, ARRAY_SIZE(names), &which, e);

	if (rc < 0)
		return rc;
	ph->packet = kinds[which];
	bool udp = service == SERVICE_OTHER || service_protocol(service) == PROTOCOL_UDP;
	if (ph->packet == PACKET_response ? !udp : !scenario_has_style(service))
		return yaml_error(node, e, EINVAL,
			TR("a packet \"%s\" does not go to this service",
				"「%s」のパケットはこの宛先ポートには送れません"),
			names[which]);
	return 0;
}

static int read_payload(const struct yaml *node, struct phenomenon *ph, struct err *e)
{
	AUTO(buf_done) struct buf names = {0};
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	ph->payload = payload_named(text);
	if (ph->payload)
		return 0;
	payload_names(&names);
	return yaml_error(node, e, EINVAL,
		TR("payload: \"%s\" is none of %s", "payload：「%s」は次のどれでもありません：%s"),
		text, buf_str(&names));
}

static int read_how(
	const struct yaml *node, const struct scenario *s, struct phenomenon *ph, struct err *e)
{
	static const char *const shapes[] = {"daily", "flat", "regular"};
	static const char *const orders[] = {"random", "sweep"};
#define X(name, word) word,
	static const char *const categories[] = {CATEGORY_WORDS(X)};
#undef X
	const struct yaml *shape_node = yaml_get(node, "shape"),
			  *order_node = yaml_get(node, "order");
	const struct yaml *packet = yaml_get(node, "packet"), *payload = yaml_get(node, "payload"),
			  *tool = yaml_get(node, "tool"), *detected = yaml_get(node, "detected");
	unsigned shape = 0, order = 0, style = 0, category = 0;
	int rc = 0;

	if ((packet && (rc = read_packet(packet, s, ph, e)) < 0) ||
		(payload && (rc = read_payload(payload, ph, e)) < 0) ||
		(shape_node && (rc = scenario_read_word(
					shape_node, shapes, SHAPE_COUNT, &shape, e)) < 0) ||
		(order_node && (rc = scenario_read_word(order_node, orders, 2, &order, e)) < 0) ||
		(tool && (rc = scenario_read_word(tool, scenario_styles, STYLE_COUNT, &style, e)) <
				 0) ||
		(detected && (rc = scenario_read_word(
				      detected, categories, ARRAY_SIZE(categories), &category, e)) < 0))
		return rc;
	ph->detected = detected ? (enum detected)(category + 1) : DETECTED_nothing;
	ph->shape = shape;
	ph->sweep = order == 1;
	ph->style = style;
	return 0;
}

/* --- where --- */

static bool has_ipv6(const struct sensor *sensor)
{
	return !addr_is_v4(&sensor->prefixes[0].addr);
}

static int read_sensors(
	const struct yaml *list, const struct scenario *s, struct phenomenon *ph, struct err *e)
{
	int rc = scenario_want_list(list, s->plant.count, e);

	if (rc < 0)
		return rc;
	ph->sensors = calloc(s->plant.count, sizeof(*ph->sensors));
	if (!ph->sensors)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < list->count; i++) {
		const char *name;
		if ((rc = yaml_text(&list->items[i], &name, e)) < 0)
			return rc;
		int sensor = plant_named(&s->plant, name);
		if (sensor < 0)
			return yaml_error(&list->items[i], e, EINVAL,
				TR("there is no sensor \"%s\"", "センサー「%s」はありません"),
				name);
		if (i > 0 && has_ipv6(&s->plant.sensors[sensor]) != ph->ipv6)
			return yaml_error(list, e, EINVAL,
				TR("sensors with IPv4 and with IPv6 addresses cannot share a "
				   "phenomenon",
					"IPv4 と IPv6 のセンサーは一つの現象にまとめられません"));
		ph->ipv6 = has_ipv6(&s->plant.sensors[sensor]);
		ph->sensors[sensor] = true;
	}
	if (list->count == 0)
		return yaml_error(list, e, EINVAL, TR("sensors is empty", "sensors が空です"));
	return 0;
}

static int check_whole(const struct yaml *node, const struct scenario *s,
	const struct phenomenon *ph, struct err *e)
{
	uint32_t service = s->services[ph->service].service;

	if (ph->sources > 0 && ph->country == COUNTRY_ANY)
		return yaml_error(node, e, EINVAL,
			TR("sources of its own need a country",
				"sources を書くときは country も必要です"));
	if (ph->ipv6 && (ph->country == COUNTRY_ANY || s->countries[ph->country].ipv6_count == 0))
		return yaml_error(node, e, EINVAL,
			TR("IPv6 sensors need a country with ipv6 prefixes",
				"IPv6 のセンサーには ipv6 プレフィックスのある country "
				"が必要です"));
	if (ph->ipv6 && (packet_kind_of(service) == PACKET_fragment ||
				packet_kind_of(service) == PACKET_bare))
		return yaml_error(node, e, EINVAL,
			TR("IPv6 sensors get TCP, UDP and ICMPv6 only",
				"IPv6 のセンサーに送れるのは TCP、UDP、ICMPv6 だけです"));
	if (ph->ipv6 ? service_protocol(service) == PROTOCOL_ICMP
		     : service_protocol(service) == PROTOCOL_ICMPV6)
		return yaml_error(node, e, EINVAL,
			TR("ICMP is for IPv4 sensors, ICMPv6 for IPv6 sensors",
				"ICMP は IPv4 の、ICMPv6 は IPv6 のセンサーにだけ届きます"));
	return 0;
}

static int read_phenomenon(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"name", "service", "country", "packets", "days",
		"sources", "packet", "payload", "detected", "tool", "shape", "order", "sensors", NULL};
	struct phenomenon *ph = &s->phenomena[s->phenomenon_count++];
	const struct yaml *name, *service, *days, *packets;
	const struct yaml *country = yaml_get(node, "country"),
			  *sensors = yaml_get(node, "sensors");
	const char *text;
	int rc = yaml_allow(node, keys, e);

	ph->country = COUNTRY_ANY;
	if (rc < 0 || (rc = scenario_need(node, "name", &name, e)) < 0 ||
		(rc = yaml_text(name, &text, e)) < 0)
		return rc;
	ph->name = strdup(text);
	if (!ph->name)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	if ((rc = scenario_need(node, "service", &service, e)) < 0 ||
		(rc = scenario_need(node, "days", &days, e)) < 0 ||
		(rc = scenario_need(node, "packets", &packets, e)) < 0 ||
		(rc = scenario_find_service(service, s, &ph->service, e)) < 0 ||
		(country && (rc = scenario_find_country(country, s, &ph->country, e)) < 0) ||
		(rc = read_days(days, s, ph, e)) < 0 ||
		(rc = read_packets(packets, s, ph, e)) < 0 ||
		(rc = scenario_optional_u64(node, "sources", 1, 1000000, &ph->sources, e)) < 0 ||
		(rc = read_how(node, s, ph, e)) < 0 ||
		(sensors && (rc = read_sensors(sensors, s, ph, e)) < 0))
		return rc;
	rc = check_whole(node, s, ph, e);
	return rc < 0 ? rc : scenario_take(packets, s, ph->service, ph->country, &ph->amount, e);
}

int scenario_read_phenomena(const struct yaml *node, struct scenario *s, struct err *e)
{
	int rc = scenario_want_list(node, SCENARIO_PHENOMENA_MAX, e);

	if (rc < 0 || !node)
		return rc;
	s->phenomena = calloc(node->count + 1, sizeof(*s->phenomena));
	if (!s->phenomena)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; rc == 0 && i < node->count; i++)
		rc = read_phenomenon(&node->items[i], s, e);
	return rc;
}
