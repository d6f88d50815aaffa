/* A scenario as it was read: teiten-scenario(5) describes the file. Everything is checked here, so
 * that what comes after cannot fail for a wrong number: margins agree, phenomena fit into their
 * margins, pairs into theirs. */
#pragma once

#include "observe/plant.h"
#include "synth/payload.h"

enum {
	PERIODS = 2, /* before, now */
	SCENARIO_PACKETS_MAX = 50000000,
	SCENARIO_ADDRESSES_MAX = 65536,
	SCENARIO_COUNTRIES_MAX = 512,
	SCENARIO_SERVICES_MAX = 65536,
	SCENARIO_PHENOMENA_MAX = 1000,
};

/* The pseudo service of all ports that no list names; its packets get a port of their own each. */
#define SERVICE_OTHER UINT32_MAX
#define COUNTRY_ANY   SIZE_MAX

struct amount {
	uint64_t packets[PERIODS];
};

/* What a packet is. auto: as the service is usually asked; request and response are of UDP. */
enum packet_kind {
	PACKET_auto,
	PACKET_syn,
	PACKET_syn_ack,
	PACKET_rst,
	PACKET_request,
	PACKET_response,
	PACKET_echo,
	PACKET_echo_reply,
	PACKET_unreachable,
	PACKET_exceeded,
	PACKET_fragment,
	PACKET_bare,
};

/* Whose header a SYN has; X(name in scenarios, whether answers call it a tool of that name). */
#define STYLES(X) X(none, false) X(mirai, true) X(zmap, true) X(masscan, true) X(sport6000, false)
enum style {
#define X(name, is_tool) STYLE_##name,
	STYLES(X)
#undef X
		STYLE_COUNT
};

struct scenario_service {
	uint32_t service;	    /* decode/service.h, or SERVICE_OTHER */
	struct amount amount, left; /* left: neither a phenomenon's nor a pair's */
	double styles[STYLE_COUNT]; /* percent of its packets */
};

struct scenario_country {
	char code[2];
	struct amount amount, left;
	uint64_t sources; /* distinct addresses to draw from */
	struct prefix *ipv6;
	size_t ipv6_count;
};

struct scenario_pair {
	size_t service, country; /* indices */
	struct amount amount;	 /* phenomena included */
};

/* What signatures are to say of a packet: the categories of reports, as words of a scenario. */
#define CATEGORY_WORDS(X) X(worm, "Worm") X(scan, "Scan") X(udp_spam, "UDP spam") X(dos, "DoS") X(dns, "DNS") X(others, "Others")
enum detected {
	DETECTED_nothing,
#define X(name, word) DETECTED_##name,
	CATEGORY_WORDS(X)
#undef X
};

enum shape { SHAPE_daily, SHAPE_flat, SHAPE_regular, SHAPE_COUNT };

struct phenomenon {
	char *name;
	size_t service, country; /* indices; country may be COUNTRY_ANY */
	struct amount amount;
	uint64_t sources;	   /* addresses of its own; 0: the country's */
	struct span when[PERIODS]; /* from_s == to_s: not in that period */
	enum packet_kind packet;
	enum shape shape;
	enum style style;
	bool sweep;    /* one address of the sensors after the other */
	bool *sensors; /* per sensor whether it is met; NULL: all with IPv4 addresses */
	bool ipv6;
	const struct payload *payload; /* NULL: as the service */
	enum detected detected;
};

/* Strange packets that stay accesses, named as in capture/oddity.h, and frames that are none. */
#define ODD_KINDS(X)   X(tcp_option) X(ip_checksum) X(frame_snapped) X(time_backwards)
#define EXTRA_KINDS(X) X(arp) X(empty) X(left_sensor) X(no_sensor)
enum odd_kind {
	ODD_KIND_none,
#define X(name) ODD_KIND_##name,
	ODD_KINDS(X)
#undef X
		ODD_KIND_COUNT
};
enum extra_kind {
	EXTRA_none,
#define X(name) EXTRA_##name,
	EXTRA_KINDS(X)
#undef X
		EXTRA_COUNT
};

/* How one sensor's files are written. */
struct scenario_capture {
	uint16_t link_type;
	bool pcapng;
};

struct other_services {
	uint64_t ports;
	double skew;
	double udp; /* percent of the ports */
};

/* Load for benchmarks: one file, no margins. */
struct traffic {
	bool present;
	uint64_t packets, duration_s, sources;
	int64_t start_s;
	double skew;
	struct prefix prefix;
	const char *file; /* name below the folder */
};

struct scenario {
	char *timezone;
	uint64_t seed;
	struct plant plant;
	struct scenario_capture *captures; /* one per sensor */
	struct span periods[PERIODS];
	char *period_names[PERIODS]; /* "2009-08" */
	double exposure[PERIODS];    /* IP-days */
	struct amount total;
	struct scenario_service *services; /* the last one is SERVICE_OTHER */
	size_t service_count;
	struct other_services other;
	struct scenario_country *countries;
	size_t country_count;
	double source_skew, packets_per_source;
	struct scenario_pair *pairs;
	size_t pair_count;
	struct phenomenon *phenomena;
	size_t phenomenon_count;
	double ttl_share[3]; /* start TTL 64, 128, 255 */
	double day_amplitude, day_peak_h;
	uint64_t odd[ODD_KIND_COUNT], extra[EXTRA_COUNT];
	char *signatures;  /* path of the rules that go with the captures; NULL */
	char *compression; /* end of file names: ".zst" or "" */
	struct traffic traffic;
};

/* Also sets the process's time zone (base/zone.h) to the scenario's. */
int scenario_read(const char *path, struct scenario *s, struct err *e) MUST_USE;
void scenario_done(struct scenario *s);

/* How many packets of a pair its phenomena make in period p. */
uint64_t scenario_made(const struct scenario *s, const struct scenario_pair *pair, size_t p);
/* What a service is usually asked with; PACKET_auto when no packet to it can be made. */
enum packet_kind packet_kind_of(uint32_t service);
const char *style_name(enum style style);
/* "Worm" */
const char *detected_word(enum detected detected);
bool style_is_tool(enum style style);
