/* Sensors, captures and periods of a scenario, and the exposure that follows from them. */
#include "synth/scenario_parts.h"

#include "base/text.h"
#include "base/zone.h"
#include "capture/frame.h"

#include <errno.h>
#include <string.h>

static int read_capture(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"sensor", "link", "format", NULL};
	static const char *const links[] = {"ethernet", "raw", "sll"};
	static const uint16_t link_types[] = {LINK_ETHERNET, LINK_RAW, LINK_LINUX_SLL};
	static const char *const formats[] = {"pcap", "pcapng"};
	const struct yaml *name_node;
	const char *name;
	unsigned link = 0, format = 0;
	int rc = yaml_allow(node, keys, e);

	if (rc < 0 || (rc = scenario_need(node, "sensor", &name_node, e)) < 0 ||
		(rc = yaml_text(name_node, &name, e)) < 0)
		return rc;
	int sensor = plant_named(&s->plant, name);
	if (sensor < 0)
		return yaml_error(name_node, e, EINVAL,
			TR("there is no sensor \"%s\"", "センサー「%s」はありません"), name);
	const struct yaml *link_node = yaml_get(node, "link"),
			  *format_node = yaml_get(node, "format");
	if (link_node &&
		(rc = scenario_read_word(link_node, links, ARRAY_SIZE(links), &link, e)) < 0)
		return rc;
	if (format_node && (rc = scenario_read_word(
				    format_node, formats, ARRAY_SIZE(formats), &format, e)) < 0)
		return rc;
	s->captures[sensor] =
		(struct scenario_capture){.link_type = link_types[link], .pcapng = format == 1};
	return 0;
}

static int read_captures(const struct yaml *list, struct scenario *s, struct err *e)
{
	int rc = scenario_want_list(list, s->plant.count, e);

	for (size_t i = 0; rc == 0 && list && i < list->count; i++)
		rc = read_capture(&list->items[i], s, e);
	return rc;
}

int scenario_read_sensors(const struct yaml *document, struct scenario *s, struct err *e)
{
	const struct yaml *sensors;
	int rc = scenario_need(document, "sensors", &sensors, e);

	if (rc < 0 || (rc = plant_read(&s->plant, sensors, e)) < 0 ||
		(rc = plant_index(&s->plant, e)) < 0)
		return rc;
	if (s->plant.count == 0)
		return yaml_error(sensors, e, EINVAL,
			TR("there must be a sensor", "センサーを一つ以上書いてください"));
	s->captures = calloc(s->plant.count, sizeof(*s->captures));
	if (!s->captures)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < s->plant.count; i++)
		s->captures[i].link_type = LINK_ETHERNET;
	return read_captures(yaml_get(document, "captures"), s, e);
}

static bool parse_month(const char *text, struct span *ret)
{
	char first_day[] = "0000-00-01";

	if (strlen(text) != 7)
		return false;
	memcpy(first_day, text, 7);
	if (!zone_parse(first_day, &ret->from_s))
		return false;
	struct civil c = civil_of(ret->from_s);
	ret->to_s = day_start(day_number(c.year, c.month + 1, 1));
	return true;
}

static int read_month(const struct yaml *node, struct span *ret, char **ret_name, struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	if (!parse_month(text, ret))
		return yaml_error(node, e, EINVAL,
			TR("\"%s\" is no month like 2009-08",
				"「%s」は 2009-08 のような年月ではありません"),
			text);
	*ret_name = strdup(text);
	return *ret_name ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* How long the sensor was observed within the span. */
static int64_t seconds_observed(const struct sensor *sensor, struct span span)
{
	int64_t from = sensor->since_s > span.from_s ? sensor->since_s : span.from_s;
	int64_t to = sensor->until_s < span.to_s ? sensor->until_s : span.to_s;
	int64_t seconds = to > from ? to - from : 0;

	for (size_t i = 0; i < sensor->outage_count; i++) {
		int64_t a = sensor->outages[i].from_s > from ? sensor->outages[i].from_s : from;
		int64_t b = sensor->outages[i].to_s < to ? sensor->outages[i].to_s : to;
		seconds -= b > a ? b - a : 0;
	}
	return seconds;
}

/* Every IPv4 address counts, an IPv6 prefix counts as one. */
static uint64_t addresses_of(const struct sensor *sensor)
{
	uint64_t addresses = 0;

	for (size_t i = 0; i < sensor->prefix_count; i++)
		addresses += addr_is_v4(&sensor->prefixes[i].addr)
				     ? UINT64_C(1) << (128 - sensor->prefixes[i].bits)
				     : 1;
	return addresses;
}

static double exposure_of(const struct plant *plant, struct span span)
{
	double days = 0;

	for (size_t i = 0; i < plant->count; i++)
		days += (double)addresses_of(&plant->sensors[i]) *
			(double)seconds_observed(&plant->sensors[i], span) / 86400;
	return days;
}

int scenario_read_periods(const struct yaml *node, struct scenario *s, struct err *e)
{
	if (node->kind != YAML_LIST || node->count != PERIODS)
		return yaml_error(node, e, EINVAL,
			TR("periods must be a list of two months: [2009-07, 2009-08]",
				"periods は [2009-07, 2009-08] のように二つの月で書いてください"));
	for (size_t p = 0; p < PERIODS; p++) {
		int rc = read_month(&node->items[p], &s->periods[p], &s->period_names[p], e);
		if (rc < 0)
			return rc;
		s->exposure[p] = exposure_of(&s->plant, s->periods[p]);
		if (s->exposure[p] <= 0)
			return yaml_error(&node->items[p], e, EINVAL,
				TR("no sensor is in service then",
					"その月に稼働しているセンサーがありません"));
	}
	if (s->periods[0].to_s > s->periods[1].from_s)
		return yaml_error(node, e, EINVAL,
			TR("the month before must come first", "前期の月を先に書いてください"));
	return 0;
}
