#include "prog/bounds.h"

#include "base/text.h"
#include "prog/observer.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/statvfs.h>

/* A detection takes about as much room as an access, and they are few: a block has room for an eighth as many. */
enum { MIB_BITS = 20, ROWS_PER_DETECTION = 8 };

/* The program with its libraries, the place data in use, what reads and decompresses: 110 MiB were measured. */
static const uint64_t base_bytes = UINT64_C(160) << MIB_BITS;

struct flow_limits bounds_of_flow(const struct prog *p)
{
	const struct settings *s = &p->settings;

	return (struct flow_limits){
		.rows = s->block_rows,
		.payload_bytes = s->payload_mib << MIB_BITS,
		.minute_rows = (uint32_t)s->minute_rows,
		.payloads = (uint32_t)s->payloads_max,
		.detections = s->block_rows / ROWS_PER_DETECTION,
		.signatures = rulebook_signatures(p->rulebook),
		.minute_detections = (uint32_t)s->minute_detections,
	};
}

static uint64_t memory_of(struct flow_limits limits)
{
	return flow_memory(limits) + flow_spare_memory(limits) + observer_memory() +
	       store_block_memory(limits.rows, limits.payload_bytes, limits.signatures ? limits.detections : 0);
}

uint64_t bounds_memory(const struct prog *p, size_t captures)
{
	return base_bytes + captures * memory_of(bounds_of_flow(p));
}

uint64_t bounds_memory_for_captures(const struct prog *p)
{
	uint64_t all = p->settings.memory_mib << MIB_BITS;

	return all > base_bytes ? all - base_bytes : 0;
}

uint64_t bounds_memory_of(const struct prog *p, uint64_t bytes)
{
	enum { FRAME_LEAST = 36 /* a record's header in pcap and an IPv4 header */, PAGE = 4096, TABLES = 4 };
	struct flow_limits limits = bounds_of_flow(p);
	uint64_t full = memory_of(limits), rows = bytes / FRAME_LEAST + 1;

	if (rows >= limits.rows)
		return full;
	limits.rows = rows;
	limits.detections = rows < limits.detections ? rows : limits.detections;
	limits.payload_bytes = bytes < limits.payload_bytes ? bytes : limits.payload_bytes;
	limits.payloads = rows < limits.payloads ? (uint32_t)rows : limits.payloads;
	/* rows that are few lie in their tables of slots each on a page of its own */
	uint64_t memory = memory_of(limits) + rows * TABLES * PAGE;
	return memory < full ? memory : full;
}

int bounds_check_memory(const struct prog *p, size_t captures, struct err *e)
{
	uint64_t mib = bounds_memory(p, captures) >> MIB_BITS;

	if (mib <= p->settings.memory_mib)
		return 0;
	return err_set(e, EINVAL,
		TR("an import with these settings may need %" PRIu64
		   " MiB of memory, and import.memory_mib is %" PRIu64
		   ": lower import.block_rows, import.payload_mib or import.payloads_max",
			"この設定での取り込みは最大 %" PRIu64
			" MiB のメモリーを要しますが、import.memory_mib は %" PRIu64
			" です。import.block_rows、import.payload_mib、import.payloads_max "
			"のいずれかを下げてください"),
		mib, p->settings.memory_mib);
}

int bounds_check_room(const struct prog *p, struct err *e)
{
	const char *folder = store_folder(p->store);
	struct statvfs st;

	if (!folder || statvfs(folder, &st) < 0)
		return 0;
	uint64_t mib = (uint64_t)st.f_bavail * st.f_frsize >> MIB_BITS;
	if (mib >= p->settings.free_mib)
		return 0;
	return err_set(e, ENOSPC,
		TR("%s: only %" PRIu64 " MiB are free there, less than import.free_mib (%" PRIu64
		   "): make room and import again, nothing is lost",
			"%s: 空き容量が %" PRIu64 " MiB しかなく、import.free_mib（%" PRIu64
			"）を下回っています。空きを作ってもう一度取り込めば、続きから完了します"),
		folder, mib, p->settings.free_mib);
}

/* Payloads are told of the whole capture; the ledger knows an entry by its time, so that one with the same time is shared. */
static size_t add_payloads(struct approximation *list, size_t count, const struct intake_result *r)
{
	struct approximation whole = {.from_s = r->segment.first_s, .to_s = r->segment.last_s + 1};
	size_t at = 0;

	if (r->payloads_not_kept == 0)
		return count;
	while (at < count && (list[at].from_s != whole.from_s || list[at].to_s != whole.to_s))
		at++;
	if (at == count)
		list[count++] = whole;
	list[at].payloads = r->payloads_not_kept;
	return count;
}

int bounds_note(
	struct store *store, const struct flow *flow, struct intake_result *result, struct err *e)
{
	const struct approximation *known;
	size_t count = flow_approximations(flow, &known);
	AUTO(free) struct approximation *list = calloc(count + 1, sizeof(*list));

	if (!list)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; i < count; i++) {
		list[i] = known[i];
		result->coarse += known[i].coarse;
		result->without_source += known[i].without_source;
	}
	count = add_payloads(list, count, result);
	return store_segment_approximate(store, &result->segment, list, count, e);
}
