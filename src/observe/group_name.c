#include "observe/group_name.h"

#include <string.h>

bool group_is_name(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f || strchr("'\"\\", name[i]))
			return false;
	return len > 0 && len < GROUP_NAME_SIZE && strcmp(name, "-") != 0;
}
