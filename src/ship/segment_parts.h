/* What making and reading segments share. Private to this folder. */
#pragma once

enum {
	/* For examples (RFC 5612): "teiten-" behind it tells ours. */
	ENTERPRISE = 32473,
	CUSTOM_MAGIC_LEN = 7,
	CUSTOM_HEAD = 'H',
	CUSTOM_CHECKPOINT = 'C',
	CUSTOM_TAIL = 'T',
};

#define CUSTOM_MAGIC "teiten-"
