/* What several commands say about files of rules. */
#pragma once

#include "rules/rules.h"

/* --dialect suricata|snort */
int rules_dialect_parse(const char *text, enum rules_dialect *ret, struct err *e) MUST_USE;
/* FILE:LINE: sid N: not supported: why */
void rules_refused_print(FILE *out, const struct rules_refused *r);
/* "malformed", "not supported" */
const char *rules_refusal_name(enum rules_refusal kind);
