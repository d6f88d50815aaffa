#include "prog/result.h"

#include "base/text.h"
#include "capture/oddity.h"

#include <inttypes.h>
#include <string.h>

void result_text(const struct intake_result *r, struct buf *line)
{
	const struct segment *s = &r->segment;
	const struct {
		uint64_t count;
		const char *en, *ja;
	} parts[] = {
		{s->left_sensor, "left a sensor", "センサー発"},
		{s->no_sensor, "to no sensor", "センサー以外宛"},
		{s->out_of_service, "out of service", "運用期間外"},
		{s->not_ip, "not IP", "IP 以外"},
		{s->dropped, "dropped by the capturing system", "記録時の取りこぼし"},
		{r->coarse, "in coarser rows", "詳細を省いた行"},
		{r->without_source, "of these without source", "うち発信元を省いた行"},
		{r->payloads_not_kept, "payloads without room", "保存できなかったペイロード"},
		{r->labels_refused, "tags or SYN texts without room", "保存できなかったタグ・SYN の特徴"},
	};

	buf_terminal(line, s->name);
	buf_printf(line,
		TR(": %" PRIu64 " frames, %" PRIu64 " accesses",
			": フレーム %" PRIu64 "、アクセス %" PRIu64),
		s->frames, s->accesses);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].count)
			buf_printf(line, TR(", %s %" PRIu64, "、%s %" PRIu64), TR(parts[i].en, parts[i].ja),
				parts[i].count);
	for (size_t i = 0; i < ODD_COUNT; i++)
		if (r->odds[i])
			buf_printf(line, TR(", %s %" PRIu64, "、%s %" PRIu64), oddity_name((enum oddity)i), r->odds[i]);
	if (s->cut_off)
		buf_text(line, TR(", cut off at its end", "、末尾が欠けている"));
	if (r->inferred)
		buf_text(line, TR(", sensor addresses inferred", "、センサーのアドレスは推定"));
	if (r->inference_cut)
		buf_text(line, TR(" from its first million pairs of addresses", "（最初の百万組から）"));
	if (r->known)
		buf_text(line,
			TR(" (taken in before: nothing changed)", "（取り込み済み: 変更なし）"));
	else
		buf_printf(line, TR(" (%.1f s%s)", "（%.1f 秒%s）"), r->seconds,
			r->resumed ? TR(", completing an interrupted import",
					     "、中断した取り込みの続き")
				   : "");
	buf_char(line, '\n');
}

void result_print(const struct intake_result *r, FILE *to)
{
	AUTO(buf_done) struct buf line = {0};

	result_text(r, &line);
	fputs(buf_str(&line), to);
	fflush(to);
}

void result_failure_text(const char *name, const struct err *e, struct buf *line)
{
	buf_text(line, "teiten: ");
	if (!strstr(e->text, name)) {
		buf_terminal(line, name);
		buf_text(line, ": ");
	}
	buf_text(line, e->text);
	buf_char(line, '\n');
}

void result_failure(const char *name, const struct err *e)
{
	AUTO(buf_done) struct buf line = {0};

	result_failure_text(name, e, &line);
	fputs(buf_str(&line), stderr);
}
