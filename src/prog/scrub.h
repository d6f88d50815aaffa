/* Sensor addresses out of bytes whose format nobody knows: payloads and quoted packets. */
#pragma once

#include "observe/plant.h"
#include "prog/anonymise.h"

/* Wherever an address of the plant (or `also`, if there is one) stands in was[from..len), as 4 or 16 bytes or as text, now gets its
 * anonymised form there; text is cut or filled with blanks to the length it had, so that nothing moves. */
void scrub(struct anonymiser *a, const struct plant *plant, const struct addr *also, const uint8_t *was, uint8_t *now,
	size_t from, size_t len);
