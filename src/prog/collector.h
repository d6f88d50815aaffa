/* What the commands about a collector share: what it is called, who may send. */
#pragma once

#include "collect/allow.h"
#include "prog/prog.h"

/* collect.names, else the system's name and localhost. */
void collector_names(const struct prog *p, char *ret, size_t size);
/* By which sensors reach it: "https://NAME:PORT", with its first name. */
void collector_url(const struct prog *p, char *ret, size_t size);

/* The folder identity/ with all that is made at first use, under the lock of who changes it. */
struct collector_identity {
	int fd;
	struct allow allow;
};
int collector_identity_open(const struct prog *p, struct collector_identity *ret, struct err *e) MUST_USE;
/* Gives the lock back. */
void collector_identity_done(struct collector_identity *i);
static inline void auto_collector_identity_done(struct collector_identity *i)
{
	collector_identity_done(i);
}
