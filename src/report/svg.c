#include "report/svg.h"

#include "analysis/number_text.h"

#include <math.h>
#include <string.h>

/* Colours that stay apart for colour-blind readers and in grey, each with its own pattern in an 8 x
 * 8 tile. */
static const struct {
	const char *colour;
	const char *marks; /* NULL: plain */
} slots[CHART_SLOTS + 1] = {
	{"#0b5a8a", NULL},
	{"#c8601a",
		"<path d=\"M-2 2L2 -2M0 8L8 0M6 10L10 6\" stroke=\"#fff\" stroke-width=\"1.6\"/>"},
	{"#2e7d4f", "<circle cx=\"2\" cy=\"2\" r=\"1.1\" fill=\"#fff\"/><circle cx=\"6\" cy=\"6\" "
		    "r=\"1.1\" fill=\"#fff\"/>"},
	{"#7b3fa0", "<path d=\"M0 2H8M0 6H8\" stroke=\"#fff\" stroke-width=\"1.2\"/>"},
	{"#e0a800", "<path d=\"M0 0L8 8M0 8L8 0\" stroke=\"#5c4500\" stroke-width=\"0.9\"/>"},
	{"#4ba3d3",
		"<path d=\"M-2 6L2 10M0 0L8 8M6 -2L10 2\" stroke=\"#fff\" stroke-width=\"1.6\"/>"},
	{"#9c2f45", "<path d=\"M2 0V8M6 0V8\" stroke=\"#fff\" stroke-width=\"1.2\"/>"},
	{"#4a4f54", "<circle cx=\"4\" cy=\"4\" r=\"1.3\" fill=\"#fff\"/>"},
	{"#7d7a1e", "<path d=\"M0 4H8M4 0V8\" stroke=\"#fff\" stroke-width=\"0.9\"/>"},
	{"#e39ab5", "<path d=\"M0 0H4V4H0zM4 4H8V8H4z\" fill=\"#b8547c\"/>"},
	{"#c9ced2", NULL},
};

static const char fonts[] =
	"IPAexGothic, 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', sans-serif";

/* Names of patterns are the figure's own: several figures stand in one HTML document. */
static void add_pattern(struct svg *s, unsigned slot)
{
	if (!slots[slot].marks)
		return;
	buf_text(s->out, "<pattern id=\"fig-");
	buf_html(s->out, s->chart->number);
	buf_printf(s->out,
		"-%u\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">%s</pattern>", slot,
		slots[slot].marks);
}

static void add_patterns(struct svg *s)
{
	bool done[CHART_SLOTS + 1] = {false};

	buf_text(s->out, "<defs>");
	for (size_t i = 0; i < s->chart->columns; i++) {
		unsigned slot = s->chart->slots[i];

		if (!done[slot])
			add_pattern(s, slot);
		done[slot] = true;
	}
	buf_text(s->out, "</defs>\n");
}

void svg_open(struct svg *s, double height)
{
	buf_printf(s->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %.0f\" "
		"width=\"%d\" height=\"%.0f\"",
		SVG_WIDTH, height, SVG_WIDTH, height);
	buf_printf(s->out, " font-family=\"%s\"><title>", fonts);
	buf_html(s->out, s->chart->title);
	buf_text(s->out, "</title>\n");
	add_patterns(s);
}

void svg_close(struct svg *s)
{
	svg_marks(s);
	for (unsigned slot = 0; slot <= CHART_SLOTS; slot++)
		buf_done(&s->marks[slot]);
	buf_text(s->out, "</svg>\n");
}

void svg_text(struct svg *s, double x, double y, enum anchor anchor, int size, const char *text)
{
	static const char *const anchors[] = {"start", "middle", "end"};

	buf_printf(
		s->out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" fill=\"#222\"", x, y, size);
	if (anchor != ANCHOR_START)
		buf_printf(s->out, " text-anchor=\"%s\"", anchors[anchor]);
	buf_char(s->out, '>');
	buf_html(s->out, text);
	buf_text(s->out, "</text>\n");
}

void svg_line(struct svg *s, double x1, double y1, double x2, double y2, const char *colour)
{
	buf_printf(s->out, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\" fill=\"none\"/>\n", x1,
		y1, x2, y2, colour);
}

/* The colour first and the marks over it: tiles with a ground of their own show seams in print.
 * Always a path, because WeasyPrint 57 draws no pattern in a <rect> that has a <title>. */
void svg_shape(struct svg *s, const char *path, unsigned slot, const char *stroke,
	const char *label, const char *text)
{
	buf_printf(s->out, "<path d=\"%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"0.4\"", path,
		slots[slot].colour, stroke);
	if (label) {
		buf_text(s->out, "><title>");
		buf_html(s->out, label);
		buf_text(s->out, ": ");
		buf_html(s->out, text);
		buf_text(s->out, "</title></path>\n");
	} else {
		buf_text(s->out, "/>\n");
	}
	if (slots[slot].marks)
		buf_text(&s->marks[slot], path);
}

void svg_marks(struct svg *s)
{
	for (unsigned slot = 0; slot <= CHART_SLOTS; slot++) {
		struct buf *marks = &s->marks[slot];

		if (marks->len) {
			buf_printf(s->out, "<path d=\"%s\" fill=\"url(#fig-", buf_str(marks));
			buf_html(s->out, s->chart->number);
			buf_printf(s->out, "-%u)\" pointer-events=\"none\"/>\n", slot);
		}
		s->out->failed = s->out->failed || marks->failed;
		buf_clear(marks);
	}
}

static void rectangle(double x, double y, double width, double height, char path[SVG_PATH_SIZE])
{
	snprintf(path, SVG_PATH_SIZE, "M%.1f %.1fH%.1fV%.1fH%.1fZ", x, y, x + width, y + height, x);
}

void svg_bar(struct svg *s, double x, double y, double width, double height, unsigned slot,
	const char *label, const char *text)
{
	char path[SVG_PATH_SIZE];

	rectangle(x, y, width, height, path);
	svg_shape(s, path, slot, "#fff", label, text);
}

void svg_swatch(struct svg *s, double x, double y, unsigned slot)
{
	char path[SVG_PATH_SIZE];

	rectangle(x, y, 14, 12, path);
	svg_shape(s, path, slot, "#222", NULL, NULL);
}

void svg_plate(struct svg *s, double x, double y, const char *text)
{
	double width = svg_text_width(text, SVG_SMALL) + 4;

	buf_printf(s->out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" rx=\"2\" fill=\"#fff\" "
		"fill-opacity=\"0.9\"/>\n",
		x - width / 2, y - 7, width);
	svg_text(s, x, y + 4, ANCHOR_MIDDLE, SVG_SMALL, text);
}

static bool is_narrow(unsigned char first)
{
	return first < 0xe0;
}

double svg_text_width(const char *text, int size)
{
	double em = 0;

	for (; *text; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			em += is_narrow((unsigned char)*text) ? 0.56 : 1;
	return em * size;
}

const char *svg_fit(const char *text, double width, char *out, size_t size)
{
	size_t len = strlen(text);

	if (len < size && svg_text_width(text, SVG_TEXT) <= width)
		return text;
	if (len > size - sizeof("…"))
		len = size - sizeof("…");
	for (; len > 0; len--) {
		if (((unsigned char)text[len] & 0xc0) == 0x80)
			continue;
		snprintf(out, size, "%.*s…", (int)len, text);
		if (svg_text_width(out, SVG_TEXT) <= width)
			return out;
	}
	return "…";
}

/* Where the next item of a legend stands; moves on to the next line when it does not fit. */
static void legend_place(const char *label, double *x, double *y)
{
	if (*x > 0 && *x + svg_text_width(label, SVG_TEXT) + 20 > SVG_WIDTH) {
		*x = 0;
		*y += SVG_LEGEND_LINE;
	}
}

static double legend_advance(const char *label)
{
	return svg_text_width(label, SVG_TEXT) + 42;
}

double svg_legend_height(const struct chart *c)
{
	double x = 0, y = SVG_LEGEND_LINE;

	for (size_t i = 0; i < c->columns; i++) {
		legend_place(c->column_labels[i], &x, &y);
		x += legend_advance(c->column_labels[i]);
	}
	return y;
}

void svg_legend(struct svg *s, double top)
{
	const struct chart *c = s->chart;
	double x = 0, y = top;

	for (size_t i = 0; i < c->columns; i++) {
		legend_place(c->column_labels[i], &x, &y);
		svg_swatch(s, x + 4, y + 3, c->slots[i]);
		svg_text(s, x + 23, y + 13, ANCHOR_START, SVG_TEXT, c->column_labels[i]);
		x += legend_advance(c->column_labels[i]);
	}
}

double svg_step(double max)
{
	static const double steps[] = {1, 2, 2.5, 5, 10};
	double raw = max / 5;
	double unit = pow(10, floor(log10(raw)));

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i] * unit >= raw)
			return steps[i] * unit;
	return 10 * unit;
}

int svg_decimals(double step)
{
	int decimals = 0;

	for (double scaled = step;
		decimals < NUMBER_DECIMALS_MAX && fabs(scaled - round(scaled)) > 1e-6 * scaled;
		scaled *= 10)
		decimals++;
	return decimals;
}

static void svg_empty(struct svg *s)
{
	svg_open(s, 60);
	svg_text(s, SVG_WIDTH / 2.0, 36, ANCHOR_MIDDLE, SVG_TEXT, s->chart->empty_text);
	svg_close(s);
}

void svg_chart(const struct chart *c, struct buf *out)
{
	static void (*const kinds[])(struct svg * s) = {
		[CHART_SHARES] = svg_shares,
		[CHART_STACKS] = svg_stacks,
		[CHART_SERIES] = svg_series,
		[CHART_BARS] = svg_bars,
	};
	struct svg s = {.out = out, .chart = c};

	if (chart_is_empty(c))
		svg_empty(&s);
	else
		kinds[c->kind](&s);
}
