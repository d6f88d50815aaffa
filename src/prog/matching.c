#include "prog/matching.h"

#include "base/text.h"
#include "capture/capture.h"
#include "decode/decode.h"
#include "observe/infer.h"

#include <errno.h>

/* A sensor that nobody named. */
static const char UNNAMED_SENSOR[] = "local";
enum { INFER_PAIRS_MAX = 1 << 20 };

static int survey(
	const struct matching_question *q, bool tunnels, struct infer *infer, struct err *e)
{
	AUTO(capture_close) struct capture *capture = NULL;
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));

	if (!batch)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = capture_open(q->path, q->bytes, &capture, e);
	if (rc < 0)
		return rc;
	struct err damage = {0}; /* told when the capture is read for good */
	while (capture_read(capture, batch, &damage) > 0) {
		for (size_t i = 0; i < batch->count; i++) {
			struct packet packet;

			decode_frame(&batch->frames[i], tunnels, &packet);
			infer_packet(infer, &packet);
		}
	}
	return 0;
}

static int infer_addresses(const struct matching_question *q, bool tunnels, struct prefix **ret,
	bool *ret_cut, struct err *e)
{
	AUTO(infer_free) struct infer *infer = infer_new(INFER_PAIRS_MAX);

	if (!infer)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = survey(q, tunnels, infer, e);
	if (rc < 0)
		return rc;
	*ret_cut = infer_is_cut(infer);
	rc = infer_result(infer, ret);
	return rc < 0 ? err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません")) : rc;
}

/* A plant of its own that holds just that sensor; an empty one where nobody was spoken to. */
static int match_own(struct matching *m, const char *sensor, const struct prefix *prefixes,
	size_t count, bool inferred, struct err *e)
{
	int rc = count ? plant_add(&m->own, sensor, prefixes, count, inferred, e) : 0;

	if (rc == 0)
		rc = plant_index(&m->own, e);
	m->plant = &m->own;
	m->only = count ? 0 : -1;
	return rc;
}

static int match_told(struct prog *p, const struct matching_question *q, struct matching *m,
	const char *sensor, const struct prefix *prefixes, size_t count, bool inferred,
	struct err *e)
{
	int rc = q->remember && count
			 ? store_sensor_add(p->store, sensor, prefixes, count, inferred, e)
			 : 0;

	return rc < 0 ? rc : match_own(m, sensor, prefixes, count, inferred, e);
}

static int match_unconfigured(struct prog *p, const struct matching_question *q, struct matching *m,
	const char *sensor, struct err *e)
{
	int known = plant_named(&p->plant, sensor);
	AUTO(free) struct prefix *prefixes = NULL;

	if (q->address_count)
		return match_told(p, q, m, sensor, q->addresses, q->address_count, false, e);
	if (known >= 0 && !p->plant.sensors[known].inferred)
		return match_own(m, sensor, p->plant.sensors[known].prefixes,
			p->plant.sensors[known].prefix_count, false, e);
	int count = infer_addresses(q, p->settings.tunnels, &prefixes, &m->inference_cut, e);
	return count < 0 ? count : match_told(p, q, m, sensor, prefixes, (size_t)count, true, e);
}

const char *matching_own_name(const struct prog *p, const char *sensor)
{
	const char *name = sensor ? sensor : UNNAMED_SENSOR;

	if (!sensor && p->configured.count > 0)
		return NULL;
	return plant_named(&p->configured, name) < 0 ? name : NULL;
}

int matching_find(
	struct prog *p, const struct matching_question *q, struct matching *ret, struct err *e)
{
	const char *own = matching_own_name(p, q->sensor);

	*ret = (struct matching){.plant = &p->configured, .only = -1};
	if (own)
		return match_unconfigured(p, q, ret, own, e);
	if (q->sensor)
		ret->only = plant_named(&p->configured, q->sensor);
	return 0;
}

bool matching_is_inferred(const struct matching *m)
{
	return m->only >= 0 && m->plant->sensors[m->only].inferred;
}

void matching_done(struct matching *m)
{
	plant_done(&m->own);
}
