#include "prog/loading.h"

#include "prog/bounds.h"

static int open_collected(struct loading *l, const char *folder, struct err *e)
{
	char usual[PATH_MAX];
	int rc = folder ? 0 : collected_folder(l->intake.prog, usual, e);

	return rc < 0 ? rc : collected_open(&l->intake, folder ? folder : usual, &l->collected, e);
}

int loading_open(struct prog *p, const char *folder, struct loading *ret, struct err *e)
{
	int rc = prog_rulebook(p, e);

	if (rc == 0)
		rc = bounds_check_memory(p, 1, e);
	if (rc == 0)
		rc = prog_geo(p, &ret->geo, e);
	if (rc == 0)
		rc = prog_store(p, true, e);
	if (rc == 0)
		rc = rulebooks_new(p, &ret->rulebooks, e);
	ret->intake.rulebooks = ret->rulebooks;
	if (rc == 0)
		rc = intake_init(&ret->intake, p, ret->geo, e);
	return rc < 0 ? rc : open_collected(ret, folder, e);
}

void loading_close(struct loading *l)
{
	collected_close(l->collected);
	intake_done(&l->intake);
	rulebooks_free(l->rulebooks);
	geo_close(l->geo);
	*l = (struct loading){0};
}
