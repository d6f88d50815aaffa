/* What the subcommands share: one context with settings, plant and the store, made by prog_start(). */
#pragma once

#include "analysis/analysis.h"
#include "base/program.h"
#include "base/settings.h"
#include "geo/geo.h"
#include "observe/groups.h"
#include "prog/rulebook.h"

struct prog {
	struct settings settings;
	struct groups *groups; /* of sources, of teiten.yaml */
	struct plant configured; /* the sensors of teiten.yaml */
	struct plant plant;      /* these, and after prog_store() those that the store knows by captures only */
	struct store *store;  /* after prog_store() */
	int64_t now_s;        /* TEITEN_NOW (RFC 3339) or the clock */
	const char *deps;     /* TEITEN_DEPS: folder with the npm packages */
	const char *share;    /* TEITEN_SHARE: folder with tags.rules */
	struct rule_list rules;   /* the list of teiten.yaml */
	struct rulebook *rulebook; /* after prog_rulebook() */
};

/* A subcommand gets its own arguments (argv[0] is its name) and returns an exit status. On EXIT_FAILED and EXIT_USAGE it has
 * set e; main prints the line. */
int command_import(struct prog *p, int argc, char **argv, struct err *e);
int command_load(struct prog *p, int argc, char **argv, struct err *e);
int command_top(struct prog *p, int argc, char **argv, struct err *e);
int command_trend(struct prog *p, int argc, char **argv, struct err *e);
int command_cross(struct prog *p, int argc, char **argv, struct err *e);
int command_report(struct prog *p, int argc, char **argv, struct err *e);
int command_payload(struct prog *p, int argc, char **argv, struct err *e);
int command_match(struct prog *p, int argc, char **argv, struct err *e);
int command_packets(struct prog *p, int argc, char **argv, struct err *e);
int command_rules(struct prog *p, int argc, char **argv, struct err *e);
int command_sensor(struct prog *p, int argc, char **argv, struct err *e);
int command_collect(struct prog *p, int argc, char **argv, struct err *e);
int command_sensors(struct prog *p, int argc, char **argv, struct err *e);
int command_synth(struct prog *p, int argc, char **argv, struct err *e);

/* Opens the store of the settings and loads its sensors into the plant. create: make it when it is not there. */
int prog_store(struct prog *p, bool create, struct err *e) MUST_USE;
/* One more connection to the store that prog_store() opened, for another thread. */
int prog_connect(const struct prog *p, struct store **ret, struct err *e) MUST_USE;
/* How many threads an import may use: the setting, or as many as this process may use cores, at most 8. */
size_t prog_threads(const struct prog *p);
/* Opens the country and AS data of the settings. */
int prog_geo(struct prog *p, struct geo **ret, struct err *e) MUST_USE;

/* Loads the tag file and the rules of the settings. */
int prog_rulebook(struct prog *p, struct err *e) MUST_USE;

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };
/* "table", "json", "csv"; without --format a table on a terminal and elsewhere too. */
int format_parse(const char *text, enum format *ret, struct err *e) MUST_USE;
