// Paths of the container, resolved below its root by descriptor and never through a link that leads out of it.
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "child.h"

// The root that paths are resolved below: the plan's, or the process's own if the plan has made none.
int root_of(struct child *child);

// Opens what is at a path, as a place (O_PATH) plus flags; -1 with errno.
int open_in_root(struct child *child, const char *path, int flags);

// Opens the directory at a path, made with its missing parents; -1 with errno. `made` tells whether the last was
// missing. A link to nothing leads to where it would be, which is made.
int ensure_directory(struct child *child, const char *path, bool *made);

// Opens a regular file or whatever else is at a path, made empty with its missing parents; -1 with errno.
int ensure_file(struct child *child, const char *path);

// Opens the parent directory of a path, made if missing, and points `name` at the path's last component.
int ensure_parent(struct child *child, const char *path, const char **name);
