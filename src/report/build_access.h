/* What sections 3-1 and 3-2 have in common: sentences on ranks, rises, falls and days. */
#pragma once

#include "report/build.h"

void say_same_ranks(struct builder *b, struct buf *paragraph, const struct top *top);
void say_rises(struct builder *b, struct buf *paragraph, const struct top *top);
void say_falls(struct builder *b, struct buf *paragraph, const struct top *top);
/* "中国(35.8%)、日本(20.1%)及び米国(6.0%)": the first keys of a course with their shares; "" when
 * there are none. */
const char *print_shares(struct builder *b, const struct trend *trend);
/* A day that stands out, and what most of it was. The day, or -1 when none does. */
int say_peak(struct builder *b, struct buf *paragraph, const struct trend *trend);
bool is_one_source(const struct trend *trend, const struct point *point);
/* The key that most of that day was, unless none is half of it. */
void say_peak_part(struct builder *b, struct buf *paragraph, const struct trend *trend, int day);
/* Figure number, n after the last one so far. */
const char *figure_ahead(struct builder *b, size_t n);
