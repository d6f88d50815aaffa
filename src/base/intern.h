/* Texts as small numbers: each distinct text once, in fixed memory, numbered from 0 as they came. 0 is "". Texts stay where
 * they are, so that one thread may read what another one has added before it handed the number over. */
#pragma once

#include "base/base.h"

#include <stdbool.h>

/* There was no room. No text has that number. */
enum { INTERN_FULL = UINT16_MAX };

struct intern;

/* Room for at most `texts` (fewer than INTERN_FULL), "" among them, of altogether `bytes`, each with one more. NULL without
 * memory. */
struct intern *intern_new(size_t texts, size_t bytes);
void intern_free(struct intern *t);
AUTO_RELEASE(struct intern, intern_free);

/* The number of a text without NUL, made when it was not there; INTERN_FULL without room for it. */
uint16_t intern_add(struct intern *t, const char *text, size_t len);
/* INTERN_FULL when it is not there. */
uint16_t intern_find(const struct intern *t, const char *text, size_t len);
/* Lives as long as the table. */
const char *intern_text(const struct intern *t, uint16_t number);
/* Numbers are below that. */
size_t intern_count(const struct intern *t);
