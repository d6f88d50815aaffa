#include "prog/ruleset.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

enum { HEAD_LINES = 40 };

/* "# version: 2009-08-31" or "# Rule set version 10987": what follows the word. */
static bool find_version(const char *line, char *out, size_t size)
{
	const char *at = line[0] == '#' ? strcasestr(line, "version") : NULL;

	if (!at)
		return false;
	at += strlen("version");
	at += strspn(at, " \t:=");
	snprintf(out, size, "%.*s", (int)strcspn(at, "\r\n"), at);
	return out[0] && isgraph((unsigned char)out[0]);
}

static bool read_version(FILE *f, char *out, size_t size)
{
	AUTO(free) char *line = NULL;
	size_t room = 0;

	for (int i = 0; i < HEAD_LINES && getline(&line, &room, f) > 0; i++)
		if (find_version(line, out, size))
			return true;
	return false;
}

/* A file that does not say its version is known by what stands in it. */
static bool digest_version(FILE *f, char *out, size_t size)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	uint8_t part[1 << 14], full[EVP_MAX_MD_SIZE];
	size_t len;
	bool done = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL);

	rewind(f);
	while (done && (len = fread(part, 1, sizeof(part), f)) > 0)
		done = EVP_DigestUpdate(digest, part, len);
	done = done && !ferror(f) && EVP_DigestFinal_ex(digest, full, NULL);
	EVP_MD_CTX_free(digest);
	if (done)
		snprintf(out, size, "SHA-256 %02x%02x%02x%02x", full[0], full[1], full[2], full[3]);
	return done;
}

static void find_edition(const char *path, char *out, size_t size)
{
	AUTO(fclose) FILE *f = fopen(path, "re");

	out[0] = '\0';
	if (f && !read_version(f, out, size) && !digest_version(f, out, size))
		out[0] = '\0';
}

static struct ruleset_file describe(const struct rulebook *book, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct ruleset_file file = {0};

	snprintf(file.name, sizeof(file.name), "%s", slash ? slash + 1 : path);
	find_edition(path, file.edition, sizeof(file.edition));
	for (uint32_t i = 0; i < rules_count(book->rules); i++)
		file.signatures += strcmp(rules_info(book->rules, i)->file, path) == 0;
	for (size_t i = 0; i < book->report.malformed + book->report.unsupported; i++)
		file.refused += strcmp(book->report.refused[i].file, path) == 0;
	return file;
}

int ruleset_note(struct store *s, const struct rulebook *book, int64_t now_s, struct err *e)
{
	struct ruleset set = {.loaded_s = now_s};
	size_t count = 0;

	if (rulebook_signatures(book) == 0)
		return 0;
	AUTO(free) struct ruleset_file *files = calloc(book->file_count + 1, sizeof(*files));
	if (!files)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	snprintf(set.digest, sizeof(set.digest), "%s", rules_digest(book->rules));
	set.disabled = book->report.disabled;
	for (size_t i = book->tags_alone; i < book->file_count; i++) {
		files[count] = describe(book, book->files[i].name);
		set.signatures += files[count].signatures;
		set.refused += files[count++].refused;
	}
	return store_ruleset_put(s, &set, files, count, e);
}
