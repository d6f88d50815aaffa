/* Memory that several captures share: who begins one waits until there is enough for it. First come, first served, so that
 * a large capture is not passed by small ones for ever. */
#pragma once

#include <pthread.h>
#include <stdint.h>

struct budget {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	uint64_t total, taken; /* bytes */
	uint64_t arrived, served;
};

void budget_init(struct budget *b, uint64_t total);
void budget_done(struct budget *b);
/* Waits for that much; who wants more than there is in all gets all. Returns what budget_give() gets back. Nobody takes
 * twice. */
uint64_t budget_take(struct budget *b, uint64_t bytes);
void budget_give(struct budget *b, uint64_t bytes);
