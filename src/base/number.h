/* The one parser of numbers in text: digits only, whole text, range given. */
#pragma once

#include "base/base.h"

#include <stdbool.h>
#include <stdint.h>

/* "0" to "18446744073709551615", no sign, no space, nothing after it. False when it is no such number or out of range. */
bool number_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret);
/* Decimal with optional sign and fraction ("-90", "0.5"), no exponent. */
bool number_double(const char *text, double min, double max, double *ret);
