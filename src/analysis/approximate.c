#include "analysis/approximate.h"

#include "analysis/candidate.h"
#include "analysis/count.h"
#include "analysis/expr_tree.h"

/* What LEVEL_COARSE and LEVEL_WITHOUT_SOURCE are without (flow/rows.h). */
enum {
	COARSE_LACKS = COLUMN_BIT(dst) | COLUMN_BIT(sport) | COLUMN_BIT(length) |
		       COLUMN_BIT(window) | COLUMN_BIT(tcp_flags) | COLUMN_BIT(ttl) |
		       COLUMN_BIT(payload) | COLUMN_BIT(tags) | COLUMN_BIT(tcp_opts) |
		       COLUMN_BIT(handshake),
	SOURCE_LACKS = COLUMN_BIT(src) | COLUMN_BIT(asn) | COLUMN_BIT(group),
};

int approximate_find(const struct analysis *a, const struct question *q, bool versus,
	struct approximate *ret, struct err *e)
{
	unsigned keys = key_columns(q->dimension) | expr_columns(q->where);
	const struct period *before = versus ? &q->versus : &q->period;
	struct approximation there = {0};

	ret->candidates = expr_asks_candidates(q->where);
	if (q->dimension2 < DIMENSION_COUNT)
		keys |= key_columns(q->dimension2);
	unsigned columns = keys | (q->without_sources ? 0 : COLUMN_BIT(src));
	if (!(columns & (COARSE_LACKS | SOURCE_LACKS)))
		return 0;
	int r = store_approximation(a->store, (struct span){q->period.from_s, q->period.to_s},
		(struct span){before->from_s, before->to_s}, &there, e);
	if (r < 0)
		return r;
	if (keys & DETECTION_BITS) {
		there.coarse = there.detections;
		there.without_source = there.detections_without_source;
	}
	ret->coarse = columns & COARSE_LACKS ? there.coarse : 0;
	ret->without_source = columns & SOURCE_LACKS ? there.without_source : 0;
	ret->packets = (keys & COARSE_LACKS && there.coarse > 0) ||
		       (keys & SOURCE_LACKS && there.without_source > 0);
	ret->payloads = columns & COLUMN_BIT(payload) ? there.payloads : 0;
	return 0;
}
