/* Gathered answers to files: the second half of report_month(), which tests give answers of their
 * own. */
#pragma once

#include "report/report_data.h"

int report_write(const struct report_data *data, const struct report_options *options,
	struct err *e) MUST_USE;
