#include "prog/run.h"

#include "base/text.h"
#include "flow/flow.h"
#include "prog/bounds.h"
#include "prog/rulebook.h"

#include <malloc.h>

int run_begin_tables(struct intake *in, struct err *e)
{
	struct flow_limits limits = bounds_of_flow(in->prog);

	in->flow = flow_new(limits);
	in->labels = labels_new(groups_names(in->prog->groups));
	if (in->flow && in->labels)
		return sender_new(in->prog->store, limits, &in->sender, e);
	return err_set(e, ENOMEM,
		TR("out of memory: lower import.block_rows",
			"メモリーが足りません。import.block_rows を下げてください"));
}

void run_end_tables(struct intake *in)
{
	sender_free(in->sender);
	flow_free(in->flow);
	labels_free(in->labels);
	in->sender = NULL;
	in->flow = NULL;
	in->labels = NULL;
	malloc_trim(0);
}

int run_begin(struct run *run, struct err *e)
{
	const struct rulebook *rulebook = run->in->prog->rulebook;

	flow_begin(run->in->flow);
	if (!rulebook_signatures(rulebook))
		return 0;
	return store_segment_judged(
		run->in->prog->store, &run->result->segment, rules_digest(rulebook->rules), e);
}

/* What the ledger is told before a block goes; what was marked before a crash stays so. */
static struct segment marked(const struct run *run)
{
	struct segment begun = run->result->segment;

	if (run->begun.digest[0]) {
		begun.first_s = run->begun.first_s < begun.first_s ? run->begun.first_s : begun.first_s;
		begun.last_s = run->begun.last_s > begun.last_s ? run->begun.last_s : begun.last_s;
	}
	return begun;
}

/* Sends the rows so far; the flow goes on at once. */
static int send_block(struct run *run, struct err *e)
{
	struct intake *in = run->in;
	struct segment *s = &run->result->segment;
	const struct block *block = flow_block(in->flow);
	const struct segment begun = marked(run);

	if (block->rows.count == 0)
		return 0;
	int rc = bounds_check_room(in->prog, e);
	if (rc < 0)
		return rc;
	s->rows += block->rows.count;
	run->result->payloads_not_kept += block->payloads_not_kept;
	return sender_send(in->sender, in->flow, &begun, s->blocks++, run->matching.plant, e);
}

void run_take(struct run *run, struct judged *seen)
{
	struct intake *in = run->in;
	struct access *access = &seen->access;

	if (run->rc < 0)
		return;
	run->account.sensor_packets[access->sensor]++;
	flow_add(in->flow, access);
	for (size_t i = 0; i < seen->rule_count; i++)
		flow_detect(in->flow, access, &in->prog->rulebook->detections[seen->rules[i]]);
	if (flow_is_full(in->flow))
		run->rc = send_block(run, &run->failure);
}

int run_end(struct run *run, int rc, struct err *e)
{
	struct err late = {0};

	if (rc == 0 && run->rc < 0) {
		*e = run->failure;
		rc = run->rc;
	}
	if (rc == 0)
		rc = send_block(run, e);
	int sent = sender_wait(run->in->sender, &late);
	if (rc == 0 && sent < 0)
		*e = late;
	return rc < 0 ? rc : sent;
}

int run_complete(struct run *run, const struct coverage *coverage, size_t count, struct err *e)
{
	struct segment *s = &run->result->segment;
	struct store *store = run->in->prog->store;
	int rc = bounds_note(store, run->in->flow, run->result, e);

	if (rc < 0)
		return rc;
	run->result->labels_refused = labels_refused(run->in->labels);
	s->complete = true;
	return store_segment_complete(store, s, coverage, count, e);
}
