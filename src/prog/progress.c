#include "prog/progress.h"

#include "base/base.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static int64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

void progress_start(struct progress *p, const char *what)
{
	const char *slash = strrchr(what, '/');

	*p = (struct progress){.shown = isatty(STDERR_FILENO), .what = slash ? slash + 1 : what};
	p->started_ns = monotonic_ns();
	p->phase_ns = p->started_ns;
	p->doing = "";
}

void progress_phase(struct progress *p, const char *doing)
{
	p->doing = doing;
	p->phase_ns = monotonic_ns();
}

static void draw_bar(double share)
{
	enum { WIDTH = 20 };
	int full = (int)(share * WIDTH);

	fputc('[', stderr);
	for (int i = 0; i < WIDTH; i++)
		fputc(i < full ? '#' : '.', stderr);
	fprintf(stderr, "] %3.0f%%", share * 100);
}

void progress_draw(struct progress *p, uint64_t done, uint64_t total, uint64_t packets)
{
	if (!p->shown)
		return;
	int64_t now_ns = monotonic_ns();
	if (now_ns - p->drawn_ns < 100000000)
		return;
	p->drawn_ns = now_ns;
	double seconds = (double)(now_ns - p->phase_ns) / 1e9;
	double share = total ? (double)done / (double)total : 0;

	fprintf(stderr, "\r\033[K%.40s: %s ", p->what, p->doing);
	if (total)
		draw_bar(share > 1 ? 1 : share);
	fprintf(stderr, " %.1f MB", (double)done / 1e6);
	if (packets && seconds > 0)
		fprintf(stderr, TR(", %.0f packets/s", "、%.0f パケット/秒"),
			(double)packets / seconds);
	if (share > 0.01)
		fprintf(stderr, TR(", %.0f s left", "、残り %.0f 秒"), seconds / share - seconds);
	fflush(stderr);
}

double progress_stop(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	return (double)(monotonic_ns() - p->started_ns) / 1e9;
}
