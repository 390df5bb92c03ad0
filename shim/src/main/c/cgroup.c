// A command's own cgroup below the container's.

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "supervisor.h"

// Makes a cgroup that must be a child of the container's; -1 with errno.
int cgroup_make(const char *path, const char *parent) {
	size_t length = strlen(parent);
	const char *name = path + length + 1;
	bool below = length > 0 && strncmp(path, parent, length) == 0 && path[length] == '/';
	if (!below || !*name || strchr(name, '/') || name[0] == '.') {
		errno = EINVAL;
		return -1;
	}
	return mkdir(path, 0755);
}

void cgroup_kill(const char *path) {
	char file[PATH_MAX];
	size_t length = strlen(path);
	if (length == 0 || length + sizeof "/cgroup.kill" > sizeof file)
		return;
	memcpy(file, path, length);
	strcpy(file + length, "/cgroup.kill");
	write_into(AT_FDCWD, file, "1");
}
