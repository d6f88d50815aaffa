/* Numbers as tables and sentences print them: rounded half up on their decimal value (142.915 gives
 * 142.92, which printf rounds down because the nearest double lies below). Halves go away from
 * zero, so that a fall and a rise of the same size print the same digits. */
#pragma once

enum { NUMBER_TEXT_SIZE = 32, NUMBER_DECIMALS_MAX = 9 };

/* "142.92"; "-0.5". A value that rounds to zero has no sign. Not finite, or of more than 15 digits
 * before the point:
 * "-". decimals: 0 to NUMBER_DECIMALS_MAX. Returns out. */
const char *number_half_up(double value, int decimals, char out[NUMBER_TEXT_SIZE]);
/* "+ 9.0", "- 2.1"; what rounds to zero is "± 0.0". */
const char *number_half_up_signed(double value, int decimals, char out[NUMBER_TEXT_SIZE]);
