#include "rules/variables.h"

#include "base/text.h"
#include "base/yaml.h"

#include <string.h>

/* As in suricata.yaml, but for HOME_NET, of which we know nothing. */
static const struct rules_var defaults[] = {
	{"HOME_NET", "any"},
	{"HTTP_SERVERS", "$HOME_NET"}, {"SMTP_SERVERS", "$HOME_NET"}, {"SQL_SERVERS", "$HOME_NET"},
	{"DNS_SERVERS", "$HOME_NET"}, {"TELNET_SERVERS", "$HOME_NET"}, {"DC_SERVERS", "$HOME_NET"},
	{"SSH_SERVERS", "$HOME_NET"}, {"FTP_SERVERS", "$HOME_NET"}, {"SIP_SERVERS", "$HOME_NET"},
	{"SNMP_SERVERS", "$HOME_NET"}, {"POP_SERVERS", "$HOME_NET"}, {"IMAP_SERVERS", "$HOME_NET"},
	{"AIM_SERVERS", "$EXTERNAL_NET"}, {"DNP3_SERVER", "$HOME_NET"}, {"DNP3_CLIENT", "$HOME_NET"},
	{"MODBUS_SERVER", "$HOME_NET"}, {"MODBUS_CLIENT", "$HOME_NET"}, {"ENIP_SERVER", "$HOME_NET"},
	{"ENIP_CLIENT", "$HOME_NET"},
	{"HTTP_PORTS", "80"}, {"SHELLCODE_PORTS", "!80"}, {"ORACLE_PORTS", "1521"}, {"SSH_PORTS", "22"},
	{"DNP3_PORTS", "20000"}, {"MODBUS_PORTS", "502"}, {"FTP_PORTS", "21"}, {"SIP_PORTS", "[5060,5061]"},
	{"FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]"}, {"VXLAN_PORTS", "4789"}, {"GENEVE_PORTS", "6081"},
	{"TEREDO_PORTS", "3544"}, {"GTP_PORTS", "[2123,2152,3386]"},
};

static int variable_put(struct loader *load, const char *name, const char *value, struct err *e)
{
	char *copy = pool_text(load->pool, value, strlen(value));

	if (!copy || !names_put(&load->variables, load->pool, name, copy))
		return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	return 0;
}

/* Everything outside HOME_NET; where that is everything, everything. */
static int external_put(struct loader *load, struct err *e)
{
	const char *home = names_get(&load->variables, "HOME_NET");

	if (names_get(&load->variables, "EXTERNAL_NET"))
		return 0;
	return variable_put(load, "EXTERNAL_NET", strcmp(home, "any") == 0 ? "any" : "!$HOME_NET", e);
}

int variables_set(struct loader *load, struct err *e)
{
	const struct rules_source *source = load->source;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(defaults); i++)
		rc = variable_put(load, defaults[i].name, defaults[i].value, e);
	for (size_t i = 0; rc == 0 && i < source->var_count; i++)
		rc = variable_put(load, source->vars[i].name, source->vars[i].value, e);
	return rc < 0 ? rc : external_put(load, e);
}

int rules_vars_read(const char *path, struct rules_var vars[RULES_VARS_MAX], size_t *count, struct yaml **ret_owner,
	struct err *e)
{
	AUTO(yaml_free) struct yaml *root = NULL;
	int rc = yaml_read(path, &root, e);

	if (rc == 0)
		rc = yaml_want(root, YAML_MAP, e);
	for (size_t i = 0; rc == 0 && i < root->count; i++) {
		const struct yaml *item = &root->items[i];
		if (*count == RULES_VARS_MAX)
			return yaml_error(item, e, E2BIG, TR("more than %d variables", "変数が %d 個を超えています"),
				RULES_VARS_MAX);
		vars[*count] = (struct rules_var){.name = item->key};
		rc = yaml_text(item, &vars[*count].value, e);
		*count += rc == 0;
	}
	if (rc == 0)
		*ret_owner = TAKE(root);
	return rc;
}
