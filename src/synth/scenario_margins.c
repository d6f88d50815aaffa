/* How many packets each service and each country has: the margins of the joint distribution. */
#include "synth/scenario_parts.h"

#include "base/text.h"
#include "decode/service.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* *rest = total - taken, or the error that names the key whose items are too many. */
static int subtract(const struct yaml *node, const struct scenario *s, const struct amount *taken,
	struct amount *rest, struct err *e)
{
	for (size_t p = 0; p < PERIODS; p++) {
		if (taken->packets[p] > s->total.packets[p])
			return yaml_error(node, e, EINVAL,
				TR("%s: %s has %llu packets here but only %llu in total",
					"%s：%s は合計 %llu パケットで、total の %llu を超えます"),
				node->key, s->period_names[p],
				(unsigned long long)taken->packets[p],
				(unsigned long long)s->total.packets[p]);
		rest->packets[p] = s->total.packets[p] - taken->packets[p];
	}
	return 0;
}

static void add_amount(struct amount *to, const struct amount *amount)
{
	for (size_t p = 0; p < PERIODS; p++)
		to->packets[p] += amount->packets[p];
}

/* --- services --- */

static int read_service(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"service", "packets", "rate", NULL};
	struct scenario_service *service = &s->services[s->service_count];
	const struct yaml *name;
	const char *text;
	int rc = yaml_allow(node, keys, e);

	if (rc < 0 || (rc = scenario_need(node, "service", &name, e)) < 0 ||
		(rc = yaml_text(name, &text, e)) < 0)
		return rc;
	if (!service_parse(text, &service->service))
		return yaml_error(name, e, EINVAL,
			TR("\"%s\" is no service like 445/TCP or 8/ICMP",
				"「%s」は 445/TCP や 8/ICMP のような宛先ポートではありません"),
			text);
	if (packet_kind_of(service->service) == PACKET_auto)
		return yaml_error(name, e, EINVAL,
			TR("packets to %s cannot be made", "%s へのパケットは作れません"), text);
	for (size_t i = 0; i < s->service_count; i++)
		if (s->services[i].service == service->service)
			return yaml_error(name, e, EINVAL,
				TR("%s is there twice", "%s が二度あります"), text);
	rc = scenario_read_amount(node, s, &service->amount, e);
	s->service_count += rc == 0;
	return rc;
}

static int read_other_services(
	const struct yaml *document, struct scenario *s, const struct amount *rest, struct err *e)
{
	static const char *const keys[] = {"ports", "skew", "udp", NULL};
	const struct yaml *node = yaml_get(document, "other_services");
	struct other_services *other = &s->other;
	int rc = node ? yaml_allow(node, keys, e) : 0;

	*other = (struct other_services){.ports = 1000, .skew = 0.3, .udp = 20};
	if (!node && rest->packets[0] + rest->packets[1] > 0)
		return yaml_error(document, e, EINVAL,
			TR("services fall short of total by %llu and %llu packets: correct them or "
			   "add other_services",
				"services は total より %llu・%llu パケット少ないので、直すか "
				"other_services を加えてください"),
			(unsigned long long)rest->packets[0], (unsigned long long)rest->packets[1]);
	s->services[s->service_count++] =
		(struct scenario_service){.service = SERVICE_OTHER, .amount = *rest};
	if (rc < 0 || !node ||
		(rc = scenario_optional_u64(node, "ports", 1, 20000, &other->ports, e)) < 0 ||
		(rc = scenario_optional_double(node, "skew", 0, 5, &other->skew, e)) < 0)
		return rc;
	return scenario_optional_double(node, "udp", 0, 100, &other->udp, e);
}

static int read_services(const struct yaml *document, struct scenario *s, struct err *e)
{
	const struct yaml *list;
	struct amount sum = {0}, rest;
	int rc = scenario_need(document, "services", &list, e);

	if (rc < 0 || (rc = scenario_want_list(list, SCENARIO_SERVICES_MAX, e)) < 0)
		return rc;
	s->services = calloc(list->count + 1, sizeof(*s->services));
	if (!s->services)
		return no_memory(e);
	for (size_t i = 0; i < list->count; i++) {
		if ((rc = read_service(&list->items[i], s, e)) < 0)
			return rc;
		add_amount(&sum, &s->services[i].amount);
	}
	if ((rc = subtract(list, s, &sum, &rest, e)) < 0)
		return rc;
	return read_other_services(document, s, &rest, e);
}

/* --- countries --- */

static int read_code(const struct yaml *node, const struct scenario *s, char ret[2], struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	if (strlen(text) != 2 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 2)
		return yaml_error(node, e, EINVAL,
			TR("\"%s\" is no country code like JP",
				"「%s」は JP のような国・地域コードではありません"),
			text);
	for (size_t i = 0; i < s->country_count; i++)
		if (memcmp(s->countries[i].code, text, 2) == 0)
			return yaml_error(node, e, EINVAL,
				TR("%s is there twice", "%s が二度あります"), text);
	memcpy(ret, text, 2);
	return 0;
}

static int read_ipv6(const struct yaml *list, struct scenario_country *country, struct err *e)
{
	int rc = scenario_want_list(list, 100, e);

	if (rc < 0 || !list)
		return rc;
	country->ipv6 = calloc(list->count + 1, sizeof(*country->ipv6));
	if (!country->ipv6)
		return no_memory(e);
	for (; country->ipv6_count < list->count; country->ipv6_count++) {
		const struct yaml *node = &list->items[country->ipv6_count];
		struct prefix *prefix = &country->ipv6[country->ipv6_count];
		const char *text;
		if ((rc = yaml_text(node, &text, e)) < 0)
			return rc;
		if (!prefix_parse(text, false, prefix) || addr_is_v4(&prefix->addr) ||
			prefix->bits > 64)
			return yaml_error(node, e, EINVAL,
				TR("\"%s\" is no IPv6 prefix of at most 64 bits",
					"「%s」は 64 ビット以下の IPv6 "
					"プレフィックスではありません"),
				text);
	}
	return 0;
}

/* As many addresses as the packets of both periods ask for. */
static uint64_t default_sources(const struct scenario *s, const struct amount *amount)
{
	uint64_t packets = amount->packets[0] + amount->packets[1];

	return 1 + (uint64_t)((double)packets / s->packets_per_source);
}

static int read_country(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"country", "packets", "rate", "sources", "ipv6", NULL};
	struct scenario_country *country = &s->countries[s->country_count];
	const struct yaml *code;
	int rc = yaml_allow(node, keys, e);

	if (rc < 0 || (rc = scenario_need(node, "country", &code, e)) < 0 ||
		(rc = read_code(code, s, country->code, e)) < 0 ||
		(rc = scenario_read_amount(node, s, &country->amount, e)) < 0)
		return rc;
	country->sources = default_sources(s, &country->amount);
	s->country_count++;
	if ((rc = scenario_optional_u64(node, "sources", 1, 1000000, &country->sources, e)) < 0)
		return rc;
	return read_ipv6(yaml_get(node, "ipv6"), country, e);
}

/* Shares the rest out among countries first..first+count by Zipf, exactly: what rounding leaves
 * over goes to the first. */
static void apportion(
	struct scenario *s, size_t first, size_t count, const struct amount *rest, double skew)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += pow((double)(i + 1), -skew);
	for (size_t p = 0; p < PERIODS; p++) {
		uint64_t left = rest->packets[p];
		for (size_t i = 0; i < count; i++) {
			double share = pow((double)(i + 1), -skew) / sum;
			uint64_t packets = (uint64_t)((double)rest->packets[p] * share);
			s->countries[first + i].amount.packets[p] = packets;
			left -= packets;
		}
		for (size_t i = 0; left > 0; i = (i + 1) % count, left--)
			s->countries[first + i].amount.packets[p]++;
	}
}

static int read_other_countries(
	const struct yaml *document, struct scenario *s, const struct amount *rest, struct err *e)
{
	static const char *const keys[] = {"codes", "skew", NULL};
	const struct yaml *node = yaml_get(document, "other_countries"), *codes;
	size_t first = s->country_count;
	double skew = 1;
	int rc;

	if (!node && rest->packets[0] + rest->packets[1] > 0)
		return yaml_error(document, e, EINVAL,
			TR("countries fall short of total by %llu and %llu packets: correct them "
			   "or add other_countries",
				"countries は total より %llu・%llu パケット少ないので、直すか "
				"other_countries を加えてください"),
			(unsigned long long)rest->packets[0], (unsigned long long)rest->packets[1]);
	if (!node)
		return 0;
	if ((rc = yaml_allow(node, keys, e)) < 0 ||
		(rc = scenario_need(node, "codes", &codes, e)) < 0 ||
		(rc = scenario_want_list(codes, SCENARIO_COUNTRIES_MAX - first, e)) < 0 ||
		(rc = scenario_optional_double(node, "skew", 0, 5, &skew, e)) < 0)
		return rc;
	if (codes->count == 0)
		return yaml_error(codes, e, EINVAL, TR("codes is empty", "codes が空です"));
	for (size_t i = 0; i < codes->count; i++, s->country_count++)
		if ((rc = read_code(&codes->items[i], s, s->countries[s->country_count].code, e)) <
			0)
			return rc;
	apportion(s, first, codes->count, rest, skew);
	for (size_t i = first; i < s->country_count; i++)
		s->countries[i].sources = default_sources(s, &s->countries[i].amount);
	return 0;
}

static int read_countries(const struct yaml *document, struct scenario *s, struct err *e)
{
	const struct yaml *list;
	struct amount sum = {0}, rest;
	int rc = scenario_need(document, "countries", &list, e);

	if (rc < 0 || (rc = scenario_want_list(list, SCENARIO_COUNTRIES_MAX, e)) < 0)
		return rc;
	s->countries = calloc(SCENARIO_COUNTRIES_MAX, sizeof(*s->countries));
	if (!s->countries)
		return no_memory(e);
	for (size_t i = 0; i < list->count; i++) {
		if ((rc = read_country(&list->items[i], s, e)) < 0)
			return rc;
		add_amount(&sum, &s->countries[i].amount);
	}
	if ((rc = subtract(list, s, &sum, &rest, e)) < 0)
		return rc;
	return read_other_countries(document, s, &rest, e);
}

static void leave_all(struct scenario *s)
{
	for (size_t i = 0; i < s->service_count; i++)
		s->services[i].left = s->services[i].amount;
	for (size_t i = 0; i < s->country_count; i++)
		s->countries[i].left = s->countries[i].amount;
}

int scenario_read_margins(const struct yaml *document, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {"packets", "rate", NULL};
	const struct yaml *total;
	int rc = scenario_need(document, "total", &total, e);

	if (rc < 0 || (rc = yaml_allow(total, keys, e)) < 0 ||
		(rc = scenario_read_amount(total, s, &s->total, e)) < 0 ||
		(rc = read_services(document, s, e)) < 0)
		return rc;
	rc = read_countries(document, s, e);
	leave_all(s);
	return rc;
}
