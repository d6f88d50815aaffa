#include "collect/post.h"

#include "base/text.h"
#include "collect/files.h"
#include "collect/parts.h"
#include "collect/quarantine.h"
#include "collect/take.h"
#include "ship/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>

static void decide_errno(struct collect_request *r, int rc, const struct err *e)
{
	if (rc == -ENOSPC || rc == -EDQUOT || rc == -EFBIG)
		collect_decide(r, WIRE_FULL, RETRY_SOON_S, "%s", e->text);
	else
		collect_decide(r, WIRE_UNAVAILABLE, RETRY_SOON_S, "%s", e->text);
}

/* --- before the body --- */

static int read_head(struct collect_request *r, struct post *p)
{
	const char *digest = collect_header(r, WIRE_DIGEST), *level = collect_header(r, WIRE_LEVEL);

	if (!wire_path_parse(r->path, &p->name) || p->name.sequence > TAKEN_SEQUENCE_MAX)
		collect_decide(r, WIRE_UNUSABLE, 0, TR("no path of a segment", "セグメントのパスではありません"));
	else if (!digest || !wire_digest_parse(digest, p->claimed))
		collect_decide(r, WIRE_UNUSABLE, 0, TR("%s is missing or no SHA-256", "%s がないか、SHA-256 ではありません"), WIRE_DIGEST);
	else if (level && !wire_level_parse(level, &p->name.level))
		collect_decide(r, WIRE_UNUSABLE, 0, TR("%s is not known", "%s の値が正しくありません"), WIRE_LEVEL);
	else
		return 0;
	return -EINVAL;
}

static int check_room(const struct collect *c, struct err *e)
{
	struct statvfs disk;

	if (fstatvfs(c->tmp_fd, &disk) < 0)
		return err_set(e, errno, "tmp: %m");
	if (disk.f_bavail * disk.f_frsize < c->options.free_bytes_min + SEGMENT_BYTES_MAX)
		return err_set(e, ENOSPC, TR("the collector's disk is nearly full", "収集側のディスクの空きが足りません"));
	return 0;
}

int collect_healthy(struct collect *c, struct err *e)
{
	return check_room(c, e);
}

static int open_tmp(struct collect *c, struct post *p, struct err *e)
{
	snprintf(p->tmp, sizeof(p->tmp), "%" PRIu64, atomic_fetch_add(&c->sequence, 1));
	p->fd = openat(c->tmp_fd, p->tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (p->fd >= 0)
		return 0;
	int code = err_set(e, errno, "tmp/%s: %m", p->tmp);
	p->tmp[0] = '\0';
	return code;
}

/* From here on post_end() dismisses it from the desk. */
static struct post *post_new(struct collect_request *r, const struct post *read)
{
	struct err e = {""};
	struct post *p = malloc(sizeof(*p));
	int rc = desk_admit(r->desk, r->now_s, r->collect->options.daily_bytes, &e);

	if (rc == 0 && p) {
		*p = *read;
		p->fd = -1;
		return p;
	}
	if (rc == 0) {
		err_set(&e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		desk_dismiss(r->desk, 0);
	}
	free(p);
	collect_decide(r, WIRE_TOO_MANY, rc == -EDQUOT ? RETRY_LATER_S : RETRY_SOON_S, "%s", e.text);
	return NULL;
}

void post_begin(struct collect_request *r)
{
	struct post read = {.name.level = SPOOL_WHOLE};
	struct err e = {""};

	if (read_head(r, &read) < 0)
		return;
	int rc = check_room(r->collect, &e);
	if (rc < 0) {
		decide_errno(r, rc, &e);
		return;
	}
	r->post = post_new(r, &read);
	if (!r->post)
		return;
	rc = open_tmp(r->collect, r->post, &e);
	if (rc < 0)
		decide_errno(r, rc, &e);
}

/* --- the body --- */

void post_data(struct collect_request *r, const void *data, size_t len)
{
	struct err e = {""};
	int rc = files_write_all(r->post->fd, data, len);

	if (rc < 0) {
		err_set(&e, -rc, "tmp/%s: %s", r->post->tmp, strerror(-rc));
		decide_errno(r, rc, &e);
	}
}

/* --- the end --- */

/* EPOCH-SEQUENCE-DIGEST.pcapng.zst, so that several attempts stand side by side. */
static void set_aside(struct collect_request *r, const char *reason)
{
	struct post *p = r->post;
	char digest[SEGMENT_DIGEST_TEXT], epoch[SEGMENT_EPOCH_TEXT], name[SPOOL_NAME_MAX + SEGMENT_DIGEST_TEXT];
	struct err e = {""};

	snprintf(name, sizeof(name), "%s-%020" PRIu64 "-%.16s.pcapng.zst", segment_hex(p->name.epoch, SEGMENT_EPOCH, epoch),
		p->name.sequence, segment_hex(p->judged.record.digest, SEGMENT_DIGEST, digest));
	pthread_mutex_lock(&r->desk->lock);
	int rc = quarantine_put(r->desk->quarantine_fd, name, r->collect->tmp_fd, p->tmp, reason,
		r->collect->options.quarantine_bytes, &r->desk->quarantine_bytes, &e);
	pthread_mutex_unlock(&r->desk->lock);
	if (rc == 0)
		p->tmp[0] = '\0';
}

static int judge(struct collect_request *r, struct err *e)
{
	struct post *p = r->post;
	int rc = take_judge(p->fd, r->desk->sensor, &p->name, r->now_s, &p->judged, e);

	if (rc == 0 && memcmp(p->claimed, p->judged.record.digest, SEGMENT_DIGEST) != 0)
		return err_set(e, EBADMSG, TR("its SHA-256 is not that of " WIRE_DIGEST, "SHA-256 が " WIRE_DIGEST " と違います"));
	return rc;
}

static void take(struct collect_request *r)
{
	const struct collect_options *o = &r->collect->options;
	struct post *p = r->post;
	struct err e = {""};
	int rc = take_segment(r->desk, &p->name, &p->judged, p->fd, r->collect->tmp_fd, p->tmp, r->now_s, &e);

	if (rc < 0)
		decide_errno(r, rc, &e);
	else if (rc == VERDICT_conflict)
		collect_decide(r, WIRE_CONFLICT, 0, TR("another segment of this epoch and sequence was taken before",
							"このエポックと通番の別のセグメントを受信済みです"));
	else
		collect_decide(r, rc == VERDICT_taken ? WIRE_TAKEN : WIRE_HAD, 0, "%s", collect_verdict_name((enum collect_verdict)rc));
	if (rc == VERDICT_taken && o->taken)
		o->taken(o->context, r->desk->sensor, &p->name);
}

void post_answer(struct collect_request *r)
{
	struct err e = {""};
	int rc = judge(r, &e);

	if (rc == 0) {
		take(r);
	} else if (rc == -EBADMSG) {
		set_aside(r, e.text);
		collect_decide(r, WIRE_UNUSABLE, 0, "%s", e.text);
	} else {
		decide_errno(r, rc, &e);
	}
}

void post_end(struct collect_request *r)
{
	struct post *p = r->post;

	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	if (p->tmp[0])
		unlinkat(r->collect->tmp_fd, p->tmp, 0);
	desk_dismiss(r->desk, r->received);
	free(p);
	r->post = NULL;
}
