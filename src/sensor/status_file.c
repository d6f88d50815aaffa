#include "sensor/status_file.h"

#include "base/yaml.h"

#include <limits.h>
#include <stddef.h>

static const struct {
	const char *key;
	size_t offset;
} numbers[] = {
	{"pid", offsetof(struct status_file, pid)},
	{"started_s", offsetof(struct status_file, started_s)},
	{"written_s", offsetof(struct status_file, written_s)},
	{"heard_s", offsetof(struct status_file, heard_s)},
	{"spool_segments", offsetof(struct status_file, spool_segments)},
	{"spool_bytes", offsetof(struct status_file, spool_bytes)},
	{"spool_bytes_max", offsetof(struct status_file, spool_bytes_max)},
};

static uint64_t *number_of(const struct status_file *s, size_t row)
{
	return (uint64_t *)((char *)s + numbers[row].offset);
}

void status_file_put(const struct status_file *s, struct json *j)
{
	json_text(j, "sensor", s->sensor);
	json_text(j, "mode", s->mode);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		json_u64(j, numbers[i].key, *number_of(s, i));
	json_text(j, "trouble", s->trouble);
	json_open(j, "counters", '{');
	for (int i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		json_u64(j, segment_counter_name((enum segment_counter)i), s->counters[i]);
	json_close(j, '}');
}

/* JSON is YAML. */
uint64_t status_number(const struct yaml *map, const char *key)
{
	const struct yaml *node = yaml_get(map, key);
	struct err unused = {""};
	uint64_t value = 0;

	return node && yaml_u64(node, 0, UINT64_MAX, &value, &unused) == 0 ? value : 0;
}

const char *status_word(const struct yaml *map, const char *key)
{
	const struct yaml *node = yaml_get(map, key);
	const char *text = "";
	struct err unused = {""};

	return node && yaml_text(node, &text, &unused) == 0 ? text : "";
}

int status_file_read(const char *spool_folder, struct status_file *ret, struct err *e)
{
	AUTO(yaml_free) struct yaml *map = NULL;
	char path[PATH_MAX];

	*ret = (struct status_file){0};
	snprintf(path, sizeof(path), "%s/status.json", spool_folder);
	int rc = yaml_read(path, &map, e);
	if (rc < 0)
		return rc;
	snprintf(ret->sensor, sizeof(ret->sensor), "%s", status_word(map, "sensor"));
	snprintf(ret->mode, sizeof(ret->mode), "%s", status_word(map, "mode"));
	snprintf(ret->trouble, sizeof(ret->trouble), "%s", status_word(map, "trouble"));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		*number_of(ret, i) = status_number(map, numbers[i].key);
	for (int i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		ret->counters[i] = status_number(yaml_get(map, "counters"), segment_counter_name((enum segment_counter)i));
	return 0;
}
