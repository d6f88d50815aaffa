/* Figures as SVG: a picture for HTML, PDF and files from one function. Colours and patterns, so
 * that it reads in print without colour; every part has a <title> with its number. */
#pragma once

#include "base/buf.h"
#include "report/chart.h"

/* One whole <svg> element. Deterministic. */
void svg_chart(const struct chart *c, struct buf *out);

/* --- what the kinds of charts share --- */

enum { SVG_WIDTH = 720, SVG_TEXT = 12, SVG_SMALL = 11, SVG_LEGEND_LINE = 20 };

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

struct svg {
	struct buf *out;
	const struct chart *chart;
	struct buf marks[CHART_SLOTS + 1]; /* shapes whose pattern is still to be drawn, by slot */
};

/* Everything before the marks: element, title, patterns. height in units of a 720 wide picture. */
void svg_open(struct svg *s, double height);
void svg_close(struct svg *s);
void svg_text(struct svg *s, double x, double y, enum anchor anchor, int size, const char *text);
void svg_line(struct svg *s, double x1, double y1, double x2, double y2, const char *colour);
/* A closed path in a slot's colour; its title is "label: text", or there is none (NULL). Its
 * pattern comes with svg_marks(): all shapes of a slot in one path, which keeps a PDF small. */
void svg_shape(struct svg *s, const char *path, unsigned slot, const char *stroke,
	const char *label, const char *text);
void svg_marks(struct svg *s);
enum { SVG_PATH_SIZE = 160 };
/* A rectangle of this kind. */
void svg_bar(struct svg *s, double x, double y, double width, double height, unsigned slot,
	const char *label, const char *text);
/* The sample of a legend. */
void svg_swatch(struct svg *s, double x, double y, unsigned slot);
/* A text in the middle of (x, y) that stays readable on any pattern. */
void svg_plate(struct svg *s, double x, double y, const char *text);
/* Swatches and labels of all columns below each other's lines; legend_height() first, for the size
 * of the picture. */
double svg_legend_height(const struct chart *c);
void svg_legend(struct svg *s, double y);
/* Estimated width: a full-width character is 1 em, any other 0.56. */
double svg_text_width(const char *text, int size);
/* text, or its beginning with "…" when it is wider. */
const char *svg_fit(const char *text, double width, char *out, size_t size);
enum { SVG_LABEL_SIZE = 128 };

/* A round step for at most five lines up to max. */
double svg_step(double max);
/* Decimals that the multiples of a step need. */
int svg_decimals(double step);

void svg_shares(struct svg *s);
void svg_stacks(struct svg *s);
void svg_series(struct svg *s);
void svg_bars(struct svg *s);
