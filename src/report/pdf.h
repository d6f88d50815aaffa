/* report.html to report.pdf, by WeasyPrint with the IPAex fonts. */
#pragma once

#include "base/err.h"

#include <stdint.h>

/* -ENOENT with a line that says what to install when the program or a font is missing. The PDF's
 * dates are date_s, so that the same HTML gives the same bytes. */
int pdf_make(const char *html, const char *pdf, int64_t date_s, struct err *e) MUST_USE;
