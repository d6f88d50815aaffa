/* teiten.yaml: YAML to settings to plant. What was read must be within its limits and answer
 * look-ups. */
#include "base/settings.h"
#include "base/yaml.h"
#include "base/zone.h"
#include "observe/plant.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_settings(const struct yaml *document)
{
	static const char *const lists[] = {"sensors", "groups", NULL};
	struct settings s;
	struct err e = {0};

	if (settings_init(&s, &e) < 0)
		return;
	int rc = settings_read(&s, document, lists, &e);
	assert((rc == 0) == (e.text[0] == '\0'));
	assert(s.top_rows >= 1 && s.top_rows <= 100);
	assert(s.word_gone >= 0 && s.word_gone <= 100);
	settings_done(&s);
}

static void check_sensor(const struct plant *plant, size_t i)
{
	const struct sensor *s = &plant->sensors[i];
	char text[ADDR_TEXT_SIZE];
	struct prefix again;

	assert(plant_named(plant, s->name) == (int)i);
	assert(s->since_s < s->until_s && s->prefix_count > 0 && s->addresses > 0);
	for (size_t j = 0; j < s->prefix_count; j++) {
		assert(plant_find(plant, &s->prefixes[j].addr) == (int)i);
		assert(prefix_parse(prefix_print(&s->prefixes[j], text), false, &again));
		assert(addr_equal(&again.addr, &s->prefixes[j].addr) &&
			again.bits == s->prefixes[j].bits);
	}
	for (size_t j = 0; j < s->outage_count; j++) {
		assert(s->outages[j].from_s < s->outages[j].to_s);
		assert(j == 0 || s->outages[j - 1].to_s < s->outages[j].from_s);
	}
}

static void check_plant(const struct yaml *document)
{
	struct plant plant;
	struct err e = {0};

	int rc = plant_read(&plant, yaml_get(document, "sensors"), &e);
	assert((rc == 0) == (e.text[0] == '\0'));
	assert(rc == 0 || plant.count == 0);
	if (rc == 0 && plant_index(&plant, &e) == 0)
		for (size_t i = 0; i < plant.count; i++)
			check_sensor(&plant, i);
	plant_done(&plant);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(yaml_free) struct yaml *document = NULL;
	struct err e = {0};

	if (strcmp(zone_name(), "Asia/Tokyo") != 0 && zone_use("Asia/Tokyo", &e) < 0)
		return 0;
	int rc = yaml_parse("teiten.yaml", (const char *)data, size, &document, &e);
	assert((rc == 0) == (document != NULL));
	assert((rc == 0) == (e.text[0] == '\0'));
	if (rc < 0)
		return 0;
	check_settings(document);
	check_plant(document);
	return 0;
}
