#include "prog/match_print.h"

#include "base/json.h"
#include "base/zone.h"

#include <openssl/evp.h>
#include <string.h>

enum { PAYLOAD_MAX = 4096, PAYLOAD_TEXT = (PAYLOAD_MAX + 2) / 3 * 4 + 1 };

static void print_time(struct json *j, int64_t ts_ns)
{
	char text[ZONE_TEXT_SIZE], whole[ZONE_TEXT_SIZE + 16];
	int64_t s = ts_ns / 1000000000, ns = ts_ns % 1000000000;

	if (ns < 0) {
		s--;
		ns += 1000000000;
	}
	zone_print(s, text);
	const char *zone = text + strcspn(text, "T"); /* the offset begins behind the time */
	zone += strcspn(zone, "+-Z");
	snprintf(whole, sizeof(whole), "%.*s.%09ld%s", (int)(zone - text), text, (long)ns, zone);
	json_text(j, "time", whole);
}

static void print_rule(struct json *j, const struct rule_info *rule)
{
	json_u64(j, "sid", rule->sid);
	json_u64(j, "gid", rule->gid);
	json_u64(j, "rev", rule->rev);
	json_text(j, "msg", rule->msg);
	json_text(j, "category", rule_category_name(rule->category));
	json_text(j, "classtype", rule->classtype);
	json_u64(j, "priority", rule->priority);
}

static void print_headers(struct json *j, const struct watch_alert *alert)
{
	char text[ADDR_TEXT_SIZE];
	const struct packet *p = alert->packet;

	json_text(j, "protocol", protocol_name(p->protocol));
	json_text(j, "src", addr_print(&p->src, text));
	json_u64(j, "sport", p->sport);
	json_text(j, "dst", addr_print(&p->dst, text));
	json_u64(j, "dport", p->dport);
	json_text(j, "direction", alert->conversation == 0 ? "none" : alert->to_server ? "to_server" : "to_client");
	if (alert->conversation)
		json_u64(j, "conversation", alert->conversation);
	else
		json_null(j, "conversation");
	json_text(j, "app_protocol", proto_name(alert->proto));
}

static void print_payload(struct json *j, const struct watch_alert *alert)
{
	char text[PAYLOAD_TEXT];
	struct bytes shown = bytes_part(alert->data, 0, PAYLOAD_MAX);

	text[0] = '\0';
	if (shown.len > 0)
		EVP_EncodeBlock((unsigned char *)text, shown.data, (int)shown.len);
	json_bool(j, "stream", alert->stream);
	json_u64(j, "payload_len", alert->data.len);
	json_text(j, "payload", text);
}

void alert_print(struct buf *out, const struct watch_alert *alert, const char *file)
{
	struct json j = {.out = out};

	json_open(&j, NULL, '{');
	print_time(&j, alert->packet->ts_ns);
	json_text(&j, "file", file);
	if (alert->number)
		json_u64(&j, "packet", alert->number);
	else
		json_null(&j, "packet");
	print_rule(&j, alert->rule);
	print_headers(&j, alert);
	print_payload(&j, alert);
	json_close(&j, '}');
	buf_char(out, '\n');
}
