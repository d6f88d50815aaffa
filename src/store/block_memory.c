#include "flow/rows.h"
#include "store/store.h"

/* All that is sent of a block is there at once. */
enum {
	ROLLUPS_ROW = 123,	/* keys and packets of the four roll-ups, which may have a row for each */
	SORT_ROW = 24 + 10,	/* keys that it is sorted by; quarter, source and month */
	PAYLOAD_ENTRY = 16 + 12 + 2, /* beside its bytes */
	DETECTION_TEXT = 120,	     /* its message and its sensor's name, of which few are longer */
	TEXTS = 2 * (TAG_TEXTS_BYTES + SYN_TEXTS_BYTES), /* dictionaries; source groups are few */
};

uint64_t store_block_memory(size_t rows, size_t payload_bytes, size_t detections)
{
	uint64_t row = ROLLUPS_ROW + SORT_ROW;

#define X(name, type, sql, codec) row += sizeof(type);
	ACCESS_COLUMNS(X)
#undef X
	/* the text of the payloads grows by doubling */
	return TEXTS + rows * row + 2 * ((uint64_t)payload_bytes + rows * PAYLOAD_ENTRY) +
	       detections * (sizeof(char *) + 2 * DETECTION_TEXT);
}
