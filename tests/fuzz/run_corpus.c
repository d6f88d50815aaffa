/* Runs a fuzz target once over every file of the folders given, and over each file's every prefix when it is short. */
#include "base/base.h"

#include <dirent.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 20, PREFIX_MAX = 512 };

/* Each input lies in a heap block of exactly its size, so that a sanitizer sees the first byte read beyond it. */
static void run_exactly(const uint8_t *data, size_t size)
{
	AUTO(free) uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		abort();
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
}

static void run_file(const char *path)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	AUTO(free) uint8_t *data = malloc(FILE_MAX);

	if (!f || !data)
		abort();
	size_t size = fread(data, 1, FILE_MAX, f);
	run_exactly(data, size);
	for (size_t n = 0; n < size && n < PREFIX_MAX; n++)
		run_exactly(data, n);
}

int main(int argc, char **argv)
{
	size_t files = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		if (!folder) {
			fprintf(stderr, "no corpus folder %s\n", argv[i]);
			return 1;
		}
		for (struct dirent *entry; (entry = readdir(folder));) {
			char path[4096];

			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
			run_file(path);
			files++;
		}
		closedir(folder);
	}
	printf("%zu files\n", files);
	return files > 0 ? 0 : 1;
}
