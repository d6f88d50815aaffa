#include "rules/classes.h"

#include "base/text.h"

#include <string.h>

/* Short name, text and priority as rule sets take them for granted. */
static const struct named usual_classes[] = {
	{"not-suspicious", "Not Suspicious Traffic", 3},
	{"unknown", "Unknown Traffic", 3},
	{"bad-unknown", "Potentially Bad Traffic", 2},
	{"attempted-recon", "Attempted Information Leak", 2},
	{"successful-recon-limited", "Information Leak", 2},
	{"successful-recon-largescale", "Large Scale Information Leak", 2},
	{"attempted-dos", "Attempted Denial of Service", 2},
	{"successful-dos", "Denial of Service", 2},
	{"attempted-user", "Attempted User Privilege Gain", 1},
	{"unsuccessful-user", "Unsuccessful User Privilege Gain", 1},
	{"successful-user", "Successful User Privilege Gain", 1},
	{"attempted-admin", "Attempted Administrator Privilege Gain", 1},
	{"successful-admin", "Successful Administrator Privilege Gain", 1},
	{"rpc-portmap-decode", "Decode of an RPC Query", 2},
	{"shellcode-detect", "Executable code was detected", 1},
	{"string-detect", "A suspicious string was detected", 3},
	{"suspicious-filename-detect", "A suspicious filename was detected", 2},
	{"suspicious-login", "An attempted login using a suspicious username was detected", 2},
	{"system-call-detect", "A system call was detected", 2},
	{"tcp-connection", "A TCP connection was detected", 4},
	{"trojan-activity", "A Network Trojan was detected", 1},
	{"unusual-client-port-connection", "A client was using an unusual port", 2},
	{"network-scan", "Detection of a Network Scan", 3},
	{"denial-of-service", "Detection of a Denial of Service Attack", 2},
	{"non-standard-protocol", "Detection of a non-standard protocol or event", 2},
	{"protocol-command-decode", "Generic Protocol Command Decode", 3},
	{"web-application-activity", "access to a potentially vulnerable web application", 2},
	{"web-application-attack", "Web Application Attack", 1},
	{"misc-activity", "Misc activity", 3},
	{"misc-attack", "Misc Attack", 2},
	{"icmp-event", "Generic ICMP event", 3},
	{"inappropriate-content", "Inappropriate Content was Detected", 1},
	{"policy-violation", "Potential Corporate Privacy Violation", 1},
	{"default-login-attempt", "Attempt to login by a default username and password", 2},
	{"targeted-activity", "Targeted Malicious Activity was Detected", 1},
	{"exploit-kit", "Exploit Kit Activity Detected", 1},
	{"external-ip-check", "Device Retrieving External IP Address Detected", 2},
	{"domain-c2", "Domain Observed Used for C2 Detected", 1},
	{"pup-activity", "Possibly Unwanted Program Detected", 2},
	{"credential-theft", "Successful Credential Theft Detected", 1},
	{"social-engineering", "Possible Social Engineering Attempted", 2},
	{"coin-mining", "Crypto Currency Mining Activity Detected", 2},
	{"command-and-control", "Malware Command and Control Activity Detected", 1},
	{"sdf", "Sensitive Data was Transmitted Across the Network", 2},
	{"file-format", "Known malicious file or file based exploit", 1},
	{"malware-cnc", "Known malware command and control traffic", 1},
	{"client-side-exploit", "Known client side exploit attempt", 1},
};

static const struct named usual_systems[] = {
	{"cve", "https://cve.mitre.org/cgi-bin/cvename.cgi?name=", 0},
	{"bugtraq", "http://www.securityfocus.com/bid/", 0},
	{"bid", "http://www.securityfocus.com/bid/", 0},
	{"nessus", "http://cgi.nessus.org/plugins/dump.php3?id=", 0},
	{"arachnids", "http://www.whitehats.com/info/IDS", 0},
	{"mcafee", "http://vil.nai.com/vil/content/v_", 0},
	{"osvdb", "http://osvdb.org/show/osvdb/", 0},
	{"exploitdb", "https://www.exploit-db.com/exploits/", 0},
	{"msft", "https://technet.microsoft.com/security/bulletin/", 0},
	{"url", "http://", 0},
	{"et", "http://doc.emergingthreats.net/", 0},
	{"etpro", "http://doc.emergingthreatspro.com/", 0},
	{"md5", "https://www.virustotal.com/search/?query=", 0},
};

static int named_put(struct loader *load, struct names *to, const struct named *from, struct err *e)
{
	struct named *copy = pool_copy(load->pool, from, sizeof(*from));

	if (copy) {
		copy->name = pool_text(load->pool, from->name, strlen(from->name));
		copy->text = pool_text(load->pool, from->text, strlen(from->text));
	}
	if (!copy || !copy->name || !copy->text || !names_put(to, load->pool, from->name, copy))
		return err_set(e, ENOMEM, TR("no memory", "メモリーが足りません"));
	return 0;
}

static int usual_put(struct loader *load, struct names *to, const struct named *list, size_t count, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = named_put(load, to, &list[i], e);
	return rc;
}

/* "config classification: name,text,priority" */
static bool class_parse(char *text, struct named *ret)
{
	char *rest = text;
	uint64_t priority;

	ret->name = part_next(&rest, ',');
	if (!rest)
		return false;
	ret->text = part_next(&rest, ',');
	if (!rest || !text_number(trim(rest), 255, &priority))
		return false;
	ret->number = (uint32_t)priority;
	return true;
}

/* "config reference: system prefix" */
static bool system_parse(char *text, struct named *ret)
{
	char *end = text + strcspn(text, " \t");

	ret->name = text;
	ret->text = *end ? trim(end + 1) : "";
	*end = '\0';
	return *ret->text != '\0';
}

struct config {
	const char *word; /* behind "config " */
	bool (*parse)(char *text, struct named *ret);
	struct names *to;
};

static int line_take(struct loader *load, const struct config *c, char *text, struct err *e)
{
	size_t len = strlen(c->word);
	struct named named = {0};

	text = trim(text);
	if (!*text || *text == '#')
		return 0;
	if (strncmp(text, "config ", 7) != 0)
		return err_set(e, EINVAL, TR("a line is: config %s: ...", "行の形は: config %s: …"), c->word);
	text = trim(text + 7);
	if (strncmp(text, c->word, len) != 0 || text[len] != ':' || !c->parse(trim(text + len + 1), &named))
		return err_set(e, EINVAL, TR("a line is: config %s: ...", "行の形は: config %s: …"), c->word);
	return named_put(load, c->to, &named, e);
}

static int file_take(struct loader *load, const struct config *c, const char *path, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	char text[4096];
	int rc = 0;

	if (!f)
		return err_set(e, errno, TR("cannot read %s: %s", "%s を読めません: %s"), path, strerror(errno));
	for (size_t number = 1; rc == 0 && fgets(text, sizeof(text), f); number++) {
		rc = line_take(load, c, text, e);
		if (rc < 0)
			err_context(e, rc, TR("%s line %zu: ", "%s %zu 行目: "), path, number);
	}
	return rc;
}

int classes_read(struct loader *load, const char *path, struct err *e)
{
	const struct config c = {"classification", class_parse, &load->classes};

	return path ? file_take(load, &c, path, e)
		    : usual_put(load, c.to, usual_classes, ARRAY_SIZE(usual_classes), e);
}

int systems_read(struct loader *load, const char *path, struct err *e)
{
	const struct config c = {"reference", system_parse, &load->systems};

	return path ? file_take(load, &c, path, e)
		    : usual_put(load, c.to, usual_systems, ARRAY_SIZE(usual_systems), e);
}
