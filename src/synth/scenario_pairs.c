/* What a scenario fixes inside the margins: cells of service and country, and whose headers a
 * service's packets have. */
#include "synth/scenario_parts.h"

#include "base/text.h"

#include <errno.h>

uint64_t scenario_made(const struct scenario *s, const struct scenario_pair *pair, size_t p)
{
	uint64_t packets = 0;

	for (size_t i = 0; i < s->phenomenon_count; i++)
		if (s->phenomena[i].service == pair->service &&
			s->phenomena[i].country == pair->country)
			packets += s->phenomena[i].amount.packets[p];
	return packets;
}

/* Takes what the phenomena have not made of the pair already. */
static int take_pair(const struct yaml *node, struct scenario *s, const struct scenario_pair *pair,
	struct err *e)
{
	struct amount rest;

	for (size_t p = 0; p < PERIODS; p++) {
		uint64_t made = scenario_made(s, pair, p);
		if (made > pair->amount.packets[p])
			return yaml_error(node, e, EINVAL,
				TR("%s: the phenomena make %llu packets of this pair, which is to "
				   "have %llu",
					"%s：この組は %llu パケットが現象で作られ、指定の %llu "
					"を超えます"),
				s->period_names[p], (unsigned long long)made,
				(unsigned long long)pair->amount.packets[p]);
		rest.packets[p] = pair->amount.packets[p] - made;
	}
	return scenario_take(node, s, pair->service, pair->country, &rest, e);
}

static int read_pair(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"service", "country", "packets", "rate", NULL};
	struct scenario_pair *pair = &s->pairs[s->pair_count];
	const struct yaml *service, *country;
	int rc = yaml_allow(node, keys, e);

	if (rc < 0 || (rc = scenario_need(node, "service", &service, e)) < 0 ||
		(rc = scenario_need(node, "country", &country, e)) < 0 ||
		(rc = scenario_find_service(service, s, &pair->service, e)) < 0 ||
		(rc = scenario_find_country(country, s, &pair->country, e)) < 0)
		return rc;
	for (size_t i = 0; i < s->pair_count; i++)
		if (s->pairs[i].service == pair->service && s->pairs[i].country == pair->country)
			return yaml_error(node, e, EINVAL,
				TR("this pair is there twice", "同じ組が二度あります"));
	s->pair_count++;
	rc = scenario_read_amount(node, s, &pair->amount, e);
	return rc < 0 ? rc : take_pair(node, s, pair, e);
}

int scenario_read_pairs(const struct yaml *node, struct scenario *s, struct err *e)
{
	int rc = scenario_want_list(node, 10000, e);

	if (rc < 0 || !node)
		return rc;
	s->pairs = calloc(node->count + 1, sizeof(*s->pairs));
	if (!s->pairs)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; rc == 0 && i < node->count; i++)
		rc = read_pair(&node->items[i], s, e);
	return rc;
}

static int read_style(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"service", "tool", "percent", NULL};
	const struct yaml *service_node, *tool, *percent;
	size_t service;
	unsigned style;
	int rc = yaml_allow(node, keys, e);

	if (rc < 0 || (rc = scenario_need(node, "service", &service_node, e)) < 0 ||
		(rc = scenario_need(node, "tool", &tool, e)) < 0 ||
		(rc = scenario_need(node, "percent", &percent, e)) < 0 ||
		(rc = scenario_find_service(service_node, s, &service, e)) < 0 ||
		(rc = scenario_read_word(tool, scenario_styles, STYLE_COUNT, &style, e)) < 0)
		return rc;
	struct scenario_service *target = &s->services[service];
	if (!scenario_has_style(target->service))
		return yaml_error(service_node, e, EINVAL,
			TR("tools are for TCP services",
				"tools は TCP の宛先ポートにだけ書けます"));
	double sum = 0;
	rc = yaml_double(percent, 0, 100, &target->styles[style], e);
	for (size_t i = 0; i < STYLE_COUNT; i++)
		sum += target->styles[i];
	if (rc == 0 && sum > 100)
		return yaml_error(percent, e, EINVAL,
			TR("the tools of this service are more than 100 percent",
				"この宛先ポートの tools の合計が 100 %% を超えます"));
	return rc;
}

int scenario_read_styles(const struct yaml *node, struct scenario *s, struct err *e)
{
	int rc = scenario_want_list(node, 1000, e);

	for (size_t i = 0; rc == 0 && node && i < node->count; i++)
		rc = read_style(&node->items[i], s, e);
	return rc;
}
