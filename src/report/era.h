/* Japanese eras. No locale is needed: strftime's %EY prints western years without a generated
 * ja_JP. */
#pragma once

#include <stddef.h>

enum { ERA_TEXT_SIZE = 64 };

/* "平成 21 年", "令和元年"; before Meiji "1850 年". The era is that of the date. */
const char *era_year(int year, int month, int day, char out[ERA_TEXT_SIZE]);
/* "平成 21 年 9 月 30 日" */
const char *era_date(int year, int month, int day, char out[ERA_TEXT_SIZE]);
