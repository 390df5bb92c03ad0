// A command's own cgroup below the container's.

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "supervisor.h"

// Of pids, moved at a time.
#define MOVED_BYTES 4096

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

// A file of a cgroup; false if there is none.
static bool cgroup_file(char file[PATH_MAX], const char *path, const char *name) {
	size_t length = strlen(path);
	size_t more = strlen(name) + 1;
	if (length == 0 || length + more > PATH_MAX)
		return false;
	memcpy(file, path, length);
	memcpy(file + length, name, more);
	return true;
}

void cgroup_kill(const char *path) {
	char file[PATH_MAX];
	if (cgroup_file(file, path, "/cgroup.kill"))
		write_into(AT_FDCWD, file, "1");
}

void cgroup_move(const char *from, const char *to) {
	char source[PATH_MAX];
	char target[PATH_MAX];
	char pids[MOVED_BYTES];
	if (!cgroup_file(source, from, "/cgroup.procs") || !cgroup_file(target, to, "/cgroup.procs") ||
	    read_small(AT_FDCWD, source, pids, sizeof pids) <= 0)
		return;
	// what follows the last newline may be half a number: its turn comes with the next call
	for (char *pid = pids, *end; (end = strchr(pid, '\n')); pid = end + 1) {
		*end = 0;
		write_into(AT_FDCWD, target, pid);
	}
}
