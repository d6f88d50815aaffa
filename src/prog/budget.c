#include "prog/budget.h"

#include <assert.h>

void budget_init(struct budget *b, uint64_t total)
{
	*b = (struct budget){.lock = PTHREAD_MUTEX_INITIALIZER,
		.moved = PTHREAD_COND_INITIALIZER,
		.total = total};
}

void budget_done(struct budget *b)
{
	pthread_cond_destroy(&b->moved);
	pthread_mutex_destroy(&b->lock);
}

uint64_t budget_take(struct budget *b, uint64_t bytes)
{
	if (bytes > b->total)
		bytes = b->total;
	pthread_mutex_lock(&b->lock);
	uint64_t turn = b->arrived++;
	while (turn != b->served || b->total - b->taken < bytes)
		pthread_cond_wait(&b->moved, &b->lock);
	b->served++;
	b->taken += bytes;
	pthread_cond_broadcast(&b->moved);
	pthread_mutex_unlock(&b->lock);
	return bytes;
}

void budget_give(struct budget *b, uint64_t bytes)
{
	pthread_mutex_lock(&b->lock);
	assert(b->taken >= bytes);
	b->taken -= bytes;
	pthread_cond_broadcast(&b->moved);
	pthread_mutex_unlock(&b->lock);
}
