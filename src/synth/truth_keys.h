/* What the truth is counted by: an item's key, and a key's text. */
#pragma once

#include "synth/tally.h"

enum { TRUTH_KEY_SIZE = 80, TRUTH_DAYS_MAX = 40 };

struct truth_keys {
	uint64_t (*of)(const struct tally_context *c, const struct item *item);
	const char *(*print)(const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE]);
};

extern const struct truth_keys truth_keys_all, truth_keys_service, truth_keys_country,
	truth_keys_backscatter, truth_keys_class, truth_keys_ttl, truth_keys_tool,
	truth_keys_sensor, truth_keys_day, truth_keys_detected, truth_keys_detected_country;

/* The ones below only know services that the scenario lists: the tail of other ports would make too
 * long a table. */

/* As truth_keys_service. */
uint64_t truth_key_listed(const struct tally_context *c, const struct item *item);
/* Day of the period (from 0) and service. */
uint64_t truth_key_daily(const struct tally_context *c, const struct item *item);
uint64_t truth_daily_key(size_t day, uint32_t service);
/* Service and country. */
uint64_t truth_key_pair(const struct tally_context *c, const struct item *item);
const char *truth_pair_service(uint64_t key, char out[TRUTH_KEY_SIZE]);
const char *truth_pair_country(
	const struct tally_context *c, uint64_t key, char out[TRUTH_KEY_SIZE]);

uint32_t truth_service_of_key(uint64_t key);
const char *truth_service_text(uint32_t service, char out[TRUTH_KEY_SIZE]);
