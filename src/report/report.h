/* Answers to documents: the monthly report as HTML, PDF, Markdown, JSON and figures, Japanese and
 * English. */
#pragma once

#include "analysis/analysis.h"
#include "base/settings.h"
#include "geo/geo.h"

struct report_options {
	const struct settings *settings;
	enum lang lang;
	struct period period, versus;
	const char *output; /* folder; made when missing. Files are replaced whole or not at all */
	const struct expr *where;    /* NULL: all */
	const char *geo_version;     /* for the method section */
	const char *program_version; /* likewise */
	int64_t now_s;		     /* date of the report */
	bool pdf;		     /* false: leave the PDF out */
};

/* Writes report.html, report.md, report.json, figures/fig-3-1.svg ... and report.pdf.
 * Byte-identical for the same store, settings and now. -ENOENT with a line that says what to
 * install when WeasyPrint or the IPAex fonts are missing (everything but the PDF has been written
 * by then). */
int report_month(
	const struct analysis *a, const struct report_options *options, struct err *e) MUST_USE;
