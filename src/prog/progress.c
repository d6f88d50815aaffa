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

void progress_join(struct progress *p, const char *what, struct progress_all *all, uint64_t bytes)
{
	progress_start(p, what);
	p->all = all;
	p->weight = (double)bytes;
}

void progress_phase(struct progress *p, const char *doing)
{
	p->phases++;
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

static void draw_left(double seconds, double share)
{
	if (share > 0.01)
		fprintf(stderr, TR(", %.0f s left", "、残り %.0f 秒"), seconds / share - seconds);
}

/* --- many files --- */

void progress_all_start(struct progress_all *all, size_t files, uint64_t bytes)
{
	*all = (struct progress_all){.lock = PTHREAD_MUTEX_INITIALIZER,
		.shown = isatty(STDERR_FILENO),
		.files = files,
		.bytes = (double)bytes,
		.started_ns = monotonic_ns()};
}

static void wipe(const struct progress_all *all)
{
	if (all->shown)
		fputs("\r\033[K", stderr);
}

void progress_all_hide(struct progress_all *all)
{
	pthread_mutex_lock(&all->lock);
	wipe(all);
}

void progress_all_show(struct progress_all *all)
{
	pthread_mutex_unlock(&all->lock);
}

double progress_all_stop(struct progress_all *all)
{
	wipe(all);
	pthread_mutex_destroy(&all->lock);
	return (double)(monotonic_ns() - all->started_ns) / 1e9;
}

/* With the lock held. */
static void draw_all(struct progress_all *all)
{
	int64_t now_ns = monotonic_ns();
	double seconds = (double)(now_ns - all->started_ns) / 1e9;
	double share = all->bytes > 0 ? all->bytes_done / all->bytes : 0;

	if (!all->shown || now_ns - all->drawn_ns < 100000000)
		return;
	all->drawn_ns = now_ns;
	fprintf(stderr, TR("\r\033[K%zu of %zu files ", "\r\033[K%2$zu ファイル中 %1$zu "),
		all->files_done, all->files);
	draw_bar(share > 1 ? 1 : share);
	fprintf(stderr, " %.1f MB", all->bytes_done / 1e6);
	if (all->packets && seconds > 0)
		fprintf(stderr, TR(", %.0f packets/s", "、%.0f パケット/秒"),
			(double)all->packets / seconds);
	draw_left(seconds, share);
	fflush(stderr);
}

/* share: of the file's two phases together. */
static void credit(struct progress *p, double share, uint64_t packets, bool is_end)
{
	struct progress_all *all = p->all;
	double bytes = p->weight * (share > 1 ? 1 : share);

	pthread_mutex_lock(&all->lock);
	if (bytes > p->credited) {
		all->bytes_done += bytes - p->credited;
		p->credited = bytes;
	}
	if (packets > p->packets) {
		all->packets += packets - p->packets;
		p->packets = packets;
	}
	all->files_done += is_end;
	draw_all(all);
	pthread_mutex_unlock(&all->lock);
}

/* --- one file --- */

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

	if (p->all) {
		credit(p, (p->phases - 1 + share) / 2, packets, false);
		return;
	}
	fprintf(stderr, "\r\033[K%.40s: %s ", p->what, p->doing);
	if (total)
		draw_bar(share > 1 ? 1 : share);
	fprintf(stderr, " %.1f MB", (double)done / 1e6);
	if (packets && seconds > 0)
		fprintf(stderr, TR(", %.0f packets/s", "、%.0f パケット/秒"),
			(double)packets / seconds);
	draw_left(seconds, share);
	fflush(stderr);
}

void progress_step(struct progress *p, uint64_t done, uint64_t total)
{
	double seconds = (double)(monotonic_ns() - p->phase_ns) / 1e9;
	double share = total ? (double)done / (double)total : 0;

	if (!p->shown)
		return;
	fprintf(stderr, "\r\033[K%.40s: %s ", p->what, p->doing);
	draw_bar(share);
	draw_left(seconds, share);
	fflush(stderr);
}

double progress_stop(struct progress *p)
{
	if (p->all)
		credit(p, 1, 0, true);
	else if (p->shown)
		fputs("\r\033[K", stderr);
	return (double)(monotonic_ns() - p->started_ns) / 1e9;
}
