/* What sections 3-1 and 3-2 have in common: sentences on ranks, rises, falls and days. */
#pragma once

#include "report/build.h"

void say_same_ranks(struct builder *b, struct buf *paragraph, const struct top *top);
void say_rises(struct builder *b, struct buf *paragraph, const struct top *top);
void say_falls(struct builder *b, struct buf *paragraph, const struct top *top);
/* "中国(35.8%)、日本(20.1%)及び米国(6.0%)": the first keys of a course with their shares; "" when
 * there are none. */
const char *print_shares(struct builder *b, const struct trend *trend);
/* A day of at least twice the mean, and what most of it was. */
void say_peak(struct builder *b, struct buf *paragraph, const struct trend *trend);
/* Figure number, n after the last one so far. */
const char *figure_ahead(struct builder *b, size_t n);
