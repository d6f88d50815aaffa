/* A turn is a table migration_turn_N with who made it as its comment: a server makes a table of a name once. N grows when a process
 * has ended without giving its turn back, so that of those who notice it only one follows. */
#include "store/turn.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/migrate.h"
#include "store/pause.h"
#include "store/sql.h"

enum { PAUSE_MS = 200, ENDED_MS = 10000 };

/* The newest turn. */
struct seen {
	uint64_t number; /* 0: there is none */
	bool ours;
};

static int look(struct store *s, const struct turn *t, struct seen *ret, struct err *e)
{
	AUTO(result_done) struct result known = {0};
	int r = store_query(s, sql_turn_find, NULL, 0, &known, e);

	if (r < 0)
		return r;
	*ret = (struct seen){.number = result_u64(&known, 0, 0)};
	ret->ours = ret->number > 0 && strcmp(result_cell(&known, 0, 1), t->token) == 0;
	return 0;
}

/* Twice is as once: the comment stays that of the first. */
static int make(struct store *s, const struct turn *t, uint64_t number, struct err *e)
{
	char text[160];

	snprintf(text, sizeof(text),
		"CREATE TABLE IF NOT EXISTS migration_turn_%" PRIu64 " (nothing UInt8) ENGINE = Memory COMMENT '%s'", number, t->token);
	return store_execute(s, text, NULL, 0, e);
}

static int drop(struct store *s, uint64_t number, struct err *e)
{
	char text[80];

	snprintf(text, sizeof(text), "DROP TABLE IF EXISTS migration_turn_%" PRIu64 " SYNC", number);
	return store_execute(s, text, NULL, 0, e);
}

/* Waits while the one whose turn it is works; the turn that comes next. */
static int await_turn(struct store *s, const struct turn *t, struct seen *seen, struct err *e)
{
	int64_t quiet_since = now_ms();
	uint64_t first = seen->number;

	while (seen->number == first && now_ms() - quiet_since < ENDED_MS) {
		uint64_t running = 0;
		int r = migrate_running(s, &running, e);

		if (r >= 0)
			r = look(s, t, seen, e);
		if (r < 0)
			return r;
		if (running > 0)
			quiet_since = now_ms();
		pause_ms(PAUSE_MS);
	}
	return 0;
}

int turn_take(struct store *s, struct turn *ret, struct err *e)
{
	uint64_t random[2];
	struct seen seen = {0};
	int r;

	*ret = (struct turn){.token = ""};
	if (getentropy(random, sizeof(random)) < 0)
		return err_set(e, errno, "getentropy: %m");
	snprintf(ret->token, sizeof(ret->token), "%016" PRIx64 "%016" PRIx64, random[0], random[1]);
	r = look(s, ret, &seen, e);
	while (r >= 0 && !seen.ours) {
		uint64_t before = seen.number;

		if (before > 0)
			r = await_turn(s, ret, &seen, e);
		if (r >= 0 && (seen.number == 0 || seen.number == before))
			r = make(s, ret, seen.number + 1, e);
		if (r >= 0)
			r = look(s, ret, &seen, e);
	}
	ret->number = seen.number;
	if (r < 0)
		ret->token[0] = '\0';
	return r;
}

void turn_give(struct store *s, struct turn *t)
{
	struct err ignored;

	if (t->token[0] == '\0')
		return;
	for (uint64_t n = 1; n <= t->number; n++)
		if (drop(s, n, &ignored) < 0)
			return;
	t->token[0] = '\0';
}
