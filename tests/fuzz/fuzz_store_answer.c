/* What a server may answer: tables of text, refusals; and the address of a server. First byte:
 * which of them. */
#include <assert.h>
#include <string.h>

#include "observe/plant.h"
#include "store/exception.h"
#include "store/target.h"
#include "store/tsv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(const uint8_t *data, size_t size)
{
	struct buf text = {0};
	struct result result;
	struct err e = {0};

	buf_add(&text, data, size);
	int r = tsv_take(&text, &result, &e);
	assert((r < 0) == (e.text[0] != '\0'));
	size_t bytes = 0;
	for (size_t i = 0; i < result.rows * result.columns; i++)
		bytes += result.cells[i] ? strlen(result.cells[i]) : 0;
	assert(bytes <= size);
	result_done(&result);
	buf_done(&text);
}

static void refusal(const uint8_t *data, size_t size)
{
	struct err e = {0};
	char *text = strndup((const char *)data, size);

	assert(text && exception_explain(text, 500, &e) < 0 && e.text[0]);
	free(text);
}

static void address(const uint8_t *data, size_t size)
{
	struct err e = {0};
	struct target t;
	char *text = strndup((const char *)data, size);

	assert(text);
	int r = target_parse(text, NULL, &t, &e);
	assert(r < 0 || (t.url && t.user[0] && t.password && t.database[0] &&
				!strpbrk(t.url, " \r\n@?#%")));
	target_done(&t);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const uint8_t *, size_t) = {answer, refusal, address};

	if (size > 0)
		readers[data[0] % 3](data + 1, size - 1);
	return 0;
}
