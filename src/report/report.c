#include "report/report.h"

#include "report/build.h"
#include "report/files.h"
#include "report/pdf.h"
#include "report/render.h"
#include "report/report_write.h"
#include "report/svg.h"
#include "store/edition.h"

#include <errno.h>

static int write_figures(const struct doc *d, struct files *files, struct err *e)
{
	for (size_t i = 0; i < d->count; i++) {
		AUTO(buf_done) struct buf svg = {0};
		char figure[FIGURE_NAME_SIZE], name[FIGURE_NAME_SIZE + 8];

		if (d->parts[i].kind != PART_FIGURE)
			continue;
		snprintf(name, sizeof(name), "figures/%s", figure_name(d->parts[i].number, figure));
		svg_chart(d->parts[i].chart, &svg);
		int rc = files_write(files, name, &svg, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int write_texts(const struct doc *d, const struct report_data *data,
	const struct report_options *options, struct files *files, struct err *e)
{
	AUTO(buf_done) struct buf html = {0};
	AUTO(buf_done) struct buf markdown = {0};
	AUTO(buf_done) struct buf json = {0};

	render_html(d, &html);
	render_markdown(d, &markdown);
	render_json(d, data, options, &json);
	int rc = files_write(files, "report.html", &html, e);
	if (rc == 0)
		rc = files_write(files, "report.md", &markdown, e);
	if (rc == 0)
		rc = files_write(files, "report.json", &json, e);
	return rc;
}

static int write_pdf(const struct report_options *options, struct files *files, struct err *e)
{
	char html[PATH_MAX], pdf[PATH_MAX];

	snprintf(html, sizeof(html), "%s/report.html", files->work);
	int rc = files_add(files, "report.pdf", pdf, e);
	if (rc < 0)
		return rc;
	rc = pdf_make(html, pdf, options->period.to_s, e);
	if (rc < 0)
		files_drop(files);
	return rc;
}

int report_write(
	const struct report_data *data, const struct report_options *options, struct err *e)
{
	AUTO(doc_free) struct doc *doc = NULL;
	AUTO(files_done) struct files files = {0};

	int rc = build_report(data, options, &doc, e);
	if (rc == 0)
		rc = files_begin(&files, options->output, e);
	if (rc == 0)
		rc = write_texts(doc, data, options, &files, e);
	if (rc == 0)
		rc = write_figures(doc, &files, e);
	if (rc < 0)
		return rc;
	int pdf_rc = options->pdf ? write_pdf(options, &files, e) : 0;
	rc = files_commit(&files, e);
	return rc < 0 ? rc : pdf_rc;
}

/* While a period goes on its data changes anyway. Who may only read the store makes reports all the same. */
static int note_edition(const struct analysis *a, const struct report_data *data, const struct report_options *options, struct err *e)
{
	const struct edition_subject subject = report_subject(data);
	const struct edition edition = {.made_s = options->now_s,
		.data = data->version,
		.packets = data->services->total.packets};
	struct err failure = {0};

	if (options->now_s < data->period.to_s)
		return 0;
	int rc = store_edition_put(a->store, &subject, &edition, &failure);
	if (rc < 0 && rc != -EACCES)
		*e = failure;
	return rc == -EACCES ? 0 : rc;
}

int report_month(const struct analysis *a, const struct report_options *options, struct err *e)
{
	AUTO(report_data_done) struct report_data data = {0};

	int rc = report_data_gather(a, options, &data, e);
	if (rc < 0)
		return rc;
	rc = report_write(&data, options, e);
	int noted = note_edition(a, &data, options, rc < 0 ? &(struct err){0} : e);
	return rc < 0 ? rc : noted;
}
