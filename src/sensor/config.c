#include "sensor/config.h"

#include "base/text.h"
#include "base/yaml.h"
#include "decode/decode.h"
#include "ship/segment.h"

#include <ctype.h>
#include <net/if.h>
#include <string.h>

static bool is_name(const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)value[i]) && !strchr("-_.", value[i]))
			return false;
	return len <= SEGMENT_SENSOR_MAX;
}

/* Goes into paths of /sys and into nft's rules. */
static bool is_interface(const char *value)
{
	return is_name(value) && strlen(value) < IFNAMSIZ && value[0] != '.';
}

static bool is_mode(const char *value)
{
	return strcmp(value, "passive") == 0 || strcmp(value, "reactive") == 0;
}

static bool is_react(const char *value)
{
	return strcmp(value, "all") == 0 || strcmp(value, "half") == 0;
}

static bool is_silence(const char *value)
{
	return strcmp(value, "prefix") == 0 || strcmp(value, "host") == 0 || strcmp(value, "off") == 0;
}

static bool is_language(const char *value)
{
	return !*value || strcmp(value, "en") == 0 || strcmp(value, "ja") == 0;
}

static const struct setting_rule rules[] = {
	{"name", is_name, "1 to 64 of letters, digits, - _ .", "英数字と - _ . からなる 1～64 文字"},
	{"interface", is_interface, "the name of an interface", "インターフェース名"},
	{"mode", is_mode, "passive or reactive", " passive または reactive "},
	{"react", is_react, "all or half", " all または half "},
	{"silence", is_silence, "prefix, host or off", " prefix、host、off のどれか"},
	{"lang", is_language, "en or ja", " en または ja "},
};

static const struct setting rows[] = {
#define X(...) SETTING_ROW(sensor_settings, __VA_ARGS__)
	SENSOR_SETTINGS(X)
#undef X
};

static const struct setting_table table = {rows, ARRAY_SIZE(rows), rules, ARRAY_SIZE(rules)};

void sensor_settings_help(struct buf *out)
{
	setting_help(&table, out);
}

/* --- lists --- */

static int read_address(struct sensor_config *c, const struct yaml *item, struct err *e)
{
	const char *text;
	int rc = yaml_text(item, &text, e);

	if (rc < 0)
		return rc;
	if (c->address_count == SENSOR_ADDRESSES_MAX)
		return yaml_error(item, e, E2BIG,
			TR("addresses: more than %d prefixes", "addresses: %d 個を超えています"),
			SENSOR_ADDRESSES_MAX);
	if (!prefix_parse(text, false, &c->addresses[c->address_count++]))
		return yaml_error(item, e, EINVAL,
			TR("addresses: \"%s\" is no IPv4 or IPv6 prefix such as 198.51.100.16/28",
				"addresses:「%s」は 198.51.100.16/28 のような IPv4 または IPv6 "
				"プレフィックスではありません"),
			text);
	return 0;
}

static int read_addresses(struct sensor_config *c, const struct yaml *list, struct err *e)
{
	int rc = list ? yaml_want(list, YAML_LIST, e) : 0;

	for (size_t i = 0; list && rc == 0 && i < list->count; i++)
		rc = read_address(c, &list->items[i], e);
	return rc;
}

static int read_protocol(const struct yaml *item, uint8_t *ret, struct err *e)
{
	const char *text = "";
	int rc = item ? yaml_text(item, &text, e) : 0;
	int number = rc == 0 ? protocol_number(text) : 0;

	if (rc < 0)
		return rc;
	if (number != PROTOCOL_TCP && number != PROTOCOL_UDP && number != PROTOCOL_ICMP &&
		number != PROTOCOL_ICMPV6)
		return err_set(e, EINVAL,
			TR("accept: protocol is TCP, UDP, ICMP or ICMPv6, not \"%s\"",
				"accept: protocol は TCP、UDP、ICMP、ICMPv6 "
				"のどれかです（「%s」ではありません）"),
			text);
	*ret = (uint8_t)number;
	return 0;
}

static int read_port(const struct yaml *item, uint16_t *ret, struct err *e)
{
	uint64_t value = 0;
	int rc = item ? yaml_u64(item, 1, UINT16_MAX, &value, e) : 0;

	*ret = (uint16_t)value;
	return rc;
}

static int read_from(const struct yaml *item, struct prefix *ret, struct err *e)
{
	const char *text;
	int rc = item ? yaml_text(item, &text, e) : 0;

	if (rc == 0 && item && !prefix_parse(text, false, ret))
		return yaml_error(item, e, EINVAL,
			TR("accept: \"%s\" is no IPv4 or IPv6 prefix",
				"accept:「%s」は IPv4 または IPv6 プレフィックスではありません"),
			text);
	return rc;
}

static int read_accept(struct sensor_config *c, const struct yaml *item, struct err *e)
{
	static const char *const keys[] = {"protocol", "port", "from", "from_port", NULL};
	struct sensor_accept *a = &c->accepts[c->accept_count];
	int rc = yaml_allow(item, keys, e);

	if (rc == 0 && c->accept_count == SENSOR_ACCEPTS_MAX)
		rc = yaml_error(item, e, E2BIG, TR("accept: more than %d", "accept: %d 個を超えています"),
			SENSOR_ACCEPTS_MAX);
	if (rc == 0)
		rc = read_protocol(yaml_get(item, "protocol"), &a->protocol, e);
	if (rc == 0)
		rc = read_port(yaml_get(item, "port"), &a->port, e);
	if (rc == 0)
		rc = read_port(yaml_get(item, "from_port"), &a->from_port, e);
	if (rc == 0)
		rc = read_from(yaml_get(item, "from"), &a->from, e);
	c->accept_count += rc == 0;
	return rc < 0 ? yaml_context(item, e, rc) : 0;
}

static int read_accepts(struct sensor_config *c, const struct yaml *list, struct err *e)
{
	int rc = list ? yaml_want(list, YAML_LIST, e) : 0;

	for (size_t i = 0; list && rc == 0 && i < list->count; i++)
		rc = read_accept(c, &list->items[i], e);
	return rc;
}

static int read_collector(struct sensor_config *c, const struct yaml *item, struct err *e)
{
	const char *text;
	int rc = yaml_text(item, &text, e);

	if (rc < 0)
		return rc;
	if (c->collector_count == UPLOAD_COLLECTORS_MAX)
		return yaml_error(item, e, E2BIG,
			TR("upload.collectors: more than %d", "upload.collectors: %d 個を超えています"),
			UPLOAD_COLLECTORS_MAX);
	if (!upload_is_url(text))
		return yaml_error(item, e, EINVAL,
			TR("upload.collectors: \"%s\" is not like https://collector.example:8443",
				"upload.collectors:「%s」は https://collector.example:8443 の形ではありません"),
			text);
	c->collectors[c->collector_count] = strdup(text);
	if (!c->collectors[c->collector_count++])
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return 0;
}

static int read_collectors(struct sensor_config *c, const struct yaml *list, struct err *e)
{
	int rc = list ? yaml_want(list, YAML_LIST, e) : 0;

	for (size_t i = 0; list && rc == 0 && i < list->count; i++)
		rc = read_collector(c, &list->items[i], e);
	return rc;
}

/* --- the file --- */

static const char *find_config(const char *option)
{
	static const char *const places[] = {"teiten-sensor.yaml", "/etc/teiten/teiten-sensor.yaml"};
	const char *named = option ? option : getenv("TEITEN_SENSOR_CONFIG");

	if (named && *named)
		return named;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

static int read_file(struct sensor_config *c, const char *path, struct err *e)
{
	static const char *const lists[] = {"addresses", "accept", "upload.collectors", NULL};
	AUTO(yaml_free) struct yaml *document = NULL;
	int rc = yaml_read(path, &document, e);

	if (rc == 0)
		rc = setting_read(&table, &c->settings, document, lists, e);
	if (rc == 0)
		rc = read_addresses(c, yaml_get(document, "addresses"), e);
	if (rc == 0)
		rc = read_accepts(c, yaml_get(document, "accept"), e);
	return rc < 0 ? rc : read_collectors(c, yaml_get(yaml_get(document, "upload"), "collectors"), e);
}

static int check_complete(const struct sensor_config *c, const char *path, struct err *e)
{
	const char *missing = !c->settings.name[0]	 ? "name"
			      : !c->settings.interface[0] ? "interface"
			      : c->address_count == 0	 ? "addresses"
							 : NULL;

	if (!missing)
		return 0;
	return err_set(e, EINVAL,
		TR("%s does not say %s: see teiten-sensor(8)",
			"%s に %s がありません。teiten-sensor(8) を見てください"),
		path ? path : "teiten-sensor.yaml", missing);
}

int sensor_config_read(struct sensor_config *ret, const struct options *options, struct err *e)
{
	const char *path = find_config(options->config);
	int rc = setting_defaults(&table, &ret->settings, e);

	if (rc == 0 && path)
		rc = read_file(ret, path, e);
	for (size_t i = 0; rc == 0 && i < options->set_count; i++) {
		rc = setting_assign(&table, &ret->settings, options->sets[i], e);
		if (rc < 0)
			return err_context(e, rc, "--set %s: ", options->sets[i]);
	}
	if (rc == 0 && ret->settings.lang[0] && !options->lang)
		text_set_lang(lang_of(ret->settings.lang));
	return rc < 0 ? rc : check_complete(ret, path, e);
}

bool sensor_is_reactive(const struct sensor_config *c)
{
	return strcmp(c->settings.mode, "reactive") == 0;
}

bool sensor_uploads(const struct sensor_config *c)
{
	return c->collector_count > 0 && !c->settings.upload_apart;
}

void sensor_config_done(struct sensor_config *c)
{
	for (size_t i = 0; i < c->collector_count; i++)
		free(c->collectors[i]);
	setting_done(&table, &c->settings);
	*c = (struct sensor_config){0};
}
