/* Loaded before a program (LD_PRELOAD): what its disk promises is not true. For negative controls: a test of power cuts must see the
 * loss. LYING_DISK=sync: nothing is waited for; link: no new name appears. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int lies_about(const char *what)
{
	const char *chosen = getenv("LYING_DISK");

	return chosen && strcmp(chosen, what) == 0;
}

/* The function that this library stands before. */
static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

int fsync(int fd)
{
	return lies_about("sync") ? 0 : ((int (*)(int))real("fsync"))(fd);
}

int fdatasync(int fd)
{
	return lies_about("sync") ? 0 : ((int (*)(int))real("fdatasync"))(fd);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	return lies_about("link") ? 0
				  : ((int (*)(int, const char *, int, const char *, int))real("linkat"))(
					    from_fd, from, to_fd, to, flags);
}
