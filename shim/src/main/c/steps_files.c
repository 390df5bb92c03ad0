// Steps that make directories, nodes and links in the container's file system.

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "path.h"

#define PERMISSIONS 07777

int step_make_directory(struct child *child, const struct step *step, struct fail *fail) {
	const char *path = step->strings[0];
	bool made;
	AUTO_CLOSE int fd = ensure_directory(child, path, &made);
	if (fd < 0)
		return fail_with(fail, path, errno);
	if (!made)
		return 0;
	uid_t uid = (uid_t)step->numbers[1];
	gid_t gid = (gid_t)step->numbers[2];
	if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
		return fail_with(fail, path, errno);
	// fchmod refuses a place; its own directory entry is reached through "." without following anything.
	if (fchmodat(fd, ".", (mode_t)step->numbers[0] & PERMISSIONS, 0) < 0)
		return fail_with(fail, path, errno);
	return 0;
}

static int fail_made(struct fail *fail, const char *path, int error) {
	return fail_because(fail, path, error, error == EEXIST ? "the image has something else there" : "");
}

static bool same_node(int parent, const char *name, mode_t type, dev_t device) {
	struct stat found;
	if (fstatat(parent, name, &found, AT_SYMLINK_NOFOLLOW) < 0 || (found.st_mode & S_IFMT) != type)
		return false;
	return type == S_IFIFO || found.st_rdev == device;
}

int step_make_node(struct child *child, const struct step *step, struct fail *fail) {
	const char *path = step->strings[0];
	mode_t type = (mode_t)step->numbers[0];
	mode_t mode = (mode_t)step->numbers[1] & PERMISSIONS;
	dev_t device = makedev((unsigned)step->numbers[2], (unsigned)step->numbers[3]);
	if (type != S_IFCHR && type != S_IFBLK && type != S_IFIFO)
		return fail_with(fail, path, EINVAL);
	const char *name;
	AUTO_CLOSE int parent = ensure_parent(child, path, &name);
	if (parent < 0)
		return fail_with(fail, path, errno);
	if (mknodat(parent, name, type | mode, device) < 0) {
		int error = errno;
		return error == EEXIST && same_node(parent, name, type, device) ? 0 : fail_made(fail, path, error);
	}
	uid_t uid = (uid_t)step->numbers[4];
	gid_t gid = (gid_t)step->numbers[5];
	if ((uid || gid) && fchownat(parent, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_with(fail, path, errno);
	return 0;
}

int step_make_symlink(struct child *child, const struct step *step, struct fail *fail) {
	const char *target = step->strings[0];
	const char *path = step->strings[1];
	const char *name;
	AUTO_CLOSE int parent = ensure_parent(child, path, &name);
	if (parent < 0)
		return fail_with(fail, path, errno);
	if (symlinkat(target, parent, name) == 0)
		return 0;
	int error = errno;
	char found[PATH_MAX];
	ssize_t length = readlinkat(parent, name, found, sizeof found);
	bool same = length >= 0 && (size_t)length == strlen(target) && memcmp(found, target, (size_t)length) == 0;
	return error == EEXIST && same ? 0 : fail_made(fail, path, error);
}

// A directory that is outside of the root has a path that the kernel marks, or none.
static int check_inside(struct fail *fail, const char *path) {
	char current[PATH_MAX];
	long length = syscall(SYS_getcwd, current, sizeof current);
	if (length < 0)
		return fail_with(fail, path, errno);
	return current[0] == '/' ? 0 : fail_because(fail, path, EXDEV, "it leads out of the container's root");
}

int step_working_directory(struct child *child, const struct step *step, struct fail *fail) {
	const char *path = step->strings[0];
	bool create = step->numbers[0];
	bool made;
	AUTO_CLOSE int fd = create ? ensure_directory(child, path, &made) : open_in_root(child, path, O_DIRECTORY);
	if (fd < 0 || fchdir(fd) < 0)
		return fail_with(fail, path, errno);
	return check_inside(fail, path);
}
