/* What the tables were made from, in the words of a report's method section. */
#pragma once

#include "geo/mmdb.h"

/* Adds the path of the package.json that a file or folder belongs to, if there is one. */
void version_package(struct buf *out, const char *path, bool is_folder);
/* Adds "NAME VERSION" of the npm package that the file belongs to (package.json beside it), else
 * "NAME DATE" of the file's own metadata. */
void version_of_mmdb(struct buf *out, const char *path, const struct mmdb_info *info);
/* The same, else the name of the file or folder. */
void version_of_csv(struct buf *out, const char *path, bool is_folder);
