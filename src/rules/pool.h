/* Memory that is given back at once: everything that a set of rules, or a report about them, owns. */
#pragma once

#include "base/base.h"

#include <stdbool.h>

struct rules_pool;

struct rules_pool *pool_new(void);
void pool_free(struct rules_pool *pool);
AUTO_RELEASE(struct rules_pool, pool_free);

/* Zeroed, aligned for any type; NULL: no memory (and pool_failed() from then on). */
void *pool_alloc(struct rules_pool *pool, size_t size);
/* A copy with a terminator. */
char *pool_text(struct rules_pool *pool, const char *text, size_t len);
/* A copy of size bytes. */
void *pool_copy(struct rules_pool *pool, const void *data, size_t size);
bool pool_failed(const struct rules_pool *pool);

/* Room for one more in an array of `size` bytes each, doubled as it grows; the old place is left behind in the pool. NULL: no
 * memory. Use: `struct x *x = pool_add(pool, &list, &count);` */
void *pool_more(struct rules_pool *pool, void **array, size_t count, size_t size);
#define pool_add(pool, array, count)                                                               \
	__extension__({                                                                            \
		void *place_ = *(array);                                                           \
		__typeof__(*(array)) new_ =                                                        \
			pool_more((pool), &place_, *(count), sizeof(**(array)));                   \
		*(array) = place_;                                                                 \
		if (new_)                                                                          \
			(*(count))++;                                                              \
		new_;                                                                              \
	})
