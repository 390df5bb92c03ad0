// Steps that make and attach mounts, all by descriptor.

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "filesystem.h"
#include "io.h"
#include "kernel.h"
#include "path.h"

// fsconfig(2) takes strings of up to 255 bytes.
#define FSCONFIG_STRING 255
#define OPTION_KEY 64

static int keep(struct child *child, uint64_t slot, int mount) {
	drop(&child->slots[slot]);
	child->slots[slot] = mount;
	return 0;
}

int step_open_tree(struct child *child, const struct step *step, struct fail *fail) {
	unsigned recursive = step->numbers[1] ? AT_RECURSIVE : 0;
	const char *path = step->strings[0];
	int mount = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive);
	if (mount < 0)
		return fail_with(fail, path, errno);
	return keep(child, step->numbers[0], mount);
}

// The file system's own words about the last error, one message a read; the last is the most telling.
static int fail_with_log(struct fail *fail, int context, const char *subject, int error) {
	char message[FAIL_DETAIL];
	ssize_t length;
	while ((length = read(context, message, sizeof message - 1)) > 0) {
		while (length > 0 && message[length - 1] == '\n')
			length--;
		message[length] = 0;
		// each begins with its kind and a space: "e overlay: ..."
		strcpy(fail->detail, length > 2 && message[1] == ' ' ? message + 2 : message);
	}
	return fail_with(fail, subject, error);
}

// A path that is too long for fsconfig is named by a descriptor, which must stay open until the mount is made.
static int configure_long(int context, const char *key, const char *value) {
	int place = open(value, O_PATH | O_CLOEXEC);
	if (place < 0)
		return -1;
	char path[32] = "/proc/self/fd/";
	decimal(path + strlen(path), place);
	return sys_fsconfig(context, FSCONFIG_SET_STRING, key, path);
}

// "key#slot": the value is what an earlier step left in a slot.
static int configure_slot(const struct child *child, int context, const char *key, const char *slot) {
	char path[32] = "/proc/self/fd/";
	int number = atoi(slot);
	if (number < 0 || number >= LIMIT_SLOTS) {
		errno = EINVAL;
		return -1;
	}
	decimal(path + strlen(path), child->slots[number]);
	return sys_fsconfig(context, FSCONFIG_SET_STRING, key, path);
}

static int configure(const struct child *child, int context, const char *option) {
	const char *equals = option + strcspn(option, "=#");
	if (!*equals)
		return sys_fsconfig(context, FSCONFIG_SET_FLAG, option, NULL);
	char key[OPTION_KEY];
	size_t length = (size_t)(equals - option);
	if (length >= sizeof key) {
		errno = EINVAL;
		return -1;
	}
	memcpy(key, option, length);
	key[length] = 0;
	if (*equals == '#')
		return configure_slot(child, context, key, equals + 1);
	if (equals[1] == '/' && strlen(equals + 1) > FSCONFIG_STRING)
		return configure_long(context, key, equals + 1);
	return sys_fsconfig(context, FSCONFIG_SET_STRING, key, equals + 1);
}

static int fail_option(struct fail *fail, int context, const char *option) {
	int error = errno;
	fail_with_log(fail, context, option, error);
	if (error == EINVAL && !fail->detail[0] && strncmp(option, "lowerdir+=", 10) == 0)
		fail_say(fail, "this kernel's overlay does not know lowerdir+: Linux 6.8 or later is needed");
	if (error == EINVAL && !fail->detail[0] && strncmp(option, "lowerdir+#", 10) == 0)
		fail_say(fail, "layers with mapped ids need Linux 6.15 or later");
	return -1;
}

// The procfs of a PID namespace that was entered has been opened in there. What comes from there is checked.
static int take_proc(struct child *child, const char *type) {
	int context = strcmp(type, "proc") == 0 ? child->proc_context : -1;
	if (context >= 0)
		child->proc_context = -1;
	return context;
}

static int check_proc(int mount) {
	struct statfs found;
	if (fstatfs(mount, &found) == 0 && found.f_type == PROC_SUPER_MAGIC)
		return 0;
	errno = EXDEV;
	return -1;
}

int step_create_mount(struct child *child, const struct step *step, struct fail *fail) {
	const char *type = step->strings[0];
	const char *source = step->strings[1];
	int inside = take_proc(child, type);
	AUTO_CLOSE int context = inside >= 0 ? inside : sys_fsopen(type);
	if (context < 0)
		return fail_with(fail, type, errno);
	if (*source && sys_fsconfig(context, FSCONFIG_SET_STRING, "source", source) < 0)
		return fail_with_log(fail, context, source, errno);
	struct cursor options = step->lists[0].body;
	for (uint32_t i = 0; i < step->lists[0].count; i++) {
		const char *option = read_string(&options);
		if (configure(child, context, option) < 0)
			return fail_option(fail, context, option);
	}
	if (sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
		return fail_with_log(fail, context, type, errno);
	int mount = sys_fsmount(context, (unsigned)step->numbers[1]);
	if (mount < 0)
		return fail_with_log(fail, context, type, errno);
	keep(child, step->numbers[0], mount);
	return inside >= 0 && check_proc(mount) < 0 ? fail_with(fail, type, errno) : 0;
}

// Nothing is ever attached where the host would see it.
static int check_own_mounts(struct child *child, struct fail *fail, const char *subject) {
	return child->own_mounts ? 0 : fail_with(fail, subject, EPERM);
}

int step_root(struct child *child, const struct step *step, struct fail *fail) {
	int mount = child->slots[step->numbers[0]];
	struct mount_attr attributes = {.propagation = MS_PRIVATE};
	if (check_own_mounts(child, fail, "/") < 0)
		return -1;
	// Over "/": there is no directory to need, and paths of the host still resolve below the mount underneath.
	if (sys_mount_setattr(mount, 0, &attributes) < 0 || sys_move_mount(mount, AT_FDCWD, "/", 0) < 0)
		return fail_with(fail, "/", errno);
	drop(&child->root);
	child->root = mount;
	child->slots[step->numbers[0]] = -1;
	return 0;
}

static bool is_directory(int fd) {
	struct stat found;
	return fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
}

static int fail_attach(struct child *child, bool directory, const char *path, int error, struct fail *fail) {
	AUTO_CLOSE int there = directory && error == ENOTDIR ? open_in_root(child, path, 0) : -1;
	if (there >= 0)
		return fail_because(fail, path, error, "a directory is to be mounted there, and it is a file");
	if (!directory && error == EISDIR)
		return fail_because(fail, path, error, "a file is to be mounted there, and it is a directory");
	return fail_with(fail, path, error);
}

static int attach(struct child *child, int mount, const char *path, struct fail *fail) {
	if (check_own_mounts(child, fail, path) < 0)
		return -1;
	bool made;
	bool directory = is_directory(mount);
	AUTO_CLOSE int target = directory ? ensure_directory(child, path, &made) : ensure_file(child, path);
	if (target < 0)
		return fail_attach(child, directory, path, errno, fail);
	if (!directory && is_directory(target))
		return fail_attach(child, directory, path, EISDIR, fail);
	return sys_move_mount(mount, target, "", MOVE_MOUNT_T_EMPTY_PATH) < 0 ? fail_with(fail, path, errno) : 0;
}

int step_attach_mount(struct child *child, const struct step *step, struct fail *fail) {
	int *mount = &child->slots[step->numbers[0]];
	const char *path = step->strings[0];
	struct mount_attr attributes = {.attr_set = step->numbers[1], .attr_clr = step->numbers[2]};
	// A submount that still shared with the host would let the container's mounts out.
	struct mount_attr propagation = {.propagation = step->numbers[4]};
	unsigned recursive = step->numbers[3] ? AT_RECURSIVE : 0;
	bool changes = attributes.attr_set || attributes.attr_clr;
	if (changes && sys_mount_setattr(*mount, recursive, &attributes) < 0)
		return fail_with(fail, path, errno);
	if (propagation.propagation && sys_mount_setattr(*mount, AT_RECURSIVE, &propagation) < 0)
		return fail_with(fail, path, errno);
	if (attach(child, *mount, path, fail) < 0)
		return -1;
	drop(mount);
	return 0;
}

int step_map_ids(struct child *child, const struct step *step, struct fail *fail) {
	struct mount_attr attributes = {
	    .attr_set = MOUNT_ATTR_IDMAP,
	    .userns_fd = FIRST_DESCRIPTOR + step->numbers[1],
	};
	if (sys_mount_setattr(child->slots[step->numbers[0]], AT_RECURSIVE, &attributes) == 0)
		return 0;
	int error = errno;
	return fail_because(fail, "file system", error,
	                    error == EINVAL ? "it, or one mounted below it, cannot be mounted with mapped ids" : "");
}

// A part of the mount, while it is attached. That "." is a mount's root lets it be unmounted under whatever name.
static int clone_attached(int mount, int place) {
	int part = sys_open_tree(place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	int error = errno;
	if (fchdir(mount) < 0 || sys_unmount(".") < 0 || chdir("/") < 0) {
		error = errno;
		drop(&part);
	}
	errno = error;
	return part;
}

int step_subtree(struct child *child, const struct step *step, struct fail *fail) {
	int mount = child->slots[step->numbers[0]];
	const char *path = step->strings[0];
	struct mount_attr attributes = {.propagation = MS_PRIVATE};
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	if (check_own_mounts(child, fail, path) < 0)
		return -1;
	AUTO_CLOSE int place = sys_openat2(mount, path, &how);
	if (place < 0 || sys_mount_setattr(mount, 0, &attributes) < 0)
		return fail_with(fail, path, errno);
	// Before Linux 6.15 only what is attached can be cloned: it lies over "/" for a moment.
	if (sys_move_mount(mount, AT_FDCWD, "/", 0) < 0)
		return fail_with(fail, path, errno);
	int part = clone_attached(mount, place);
	if (part < 0)
		return fail_with(fail, path, errno);
	return keep(child, step->numbers[0], part);
}

// A copy of what a place shows, mounts below it included, ready to be attached elsewhere.
static int clone_place(int place) {
	return sys_open_tree(place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
}

int step_read_only(struct child *child, const struct step *step, struct fail *fail) {
	const char *path = step->strings[0];
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	AUTO_CLOSE int place = open_in_root(child, path, 0);
	if (place < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail_with(fail, path, errno);
	if (check_own_mounts(child, fail, path) < 0)
		return -1;
	AUTO_CLOSE int mount = clone_place(place);
	if (mount < 0 || sys_mount_setattr(mount, AT_RECURSIVE, &attributes) < 0)
		return fail_with(fail, path, errno);
	if (sys_move_mount(mount, place, "", MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return fail_with(fail, path, errno);
	return 0;
}

// /dev/null comes from the host and must be the real one, or a mask would be a window.
static int check_null(int tree) {
	struct stat found;
	if (fstat(tree, &found) < 0)
		return -1;
	if (S_ISCHR(found.st_mode) && found.st_rdev == makedev(1, 3))
		return 0;
	errno = ENODEV;
	return -1;
}

// The first mask attaches the tree itself and every later one a copy of it: one file system for all.
static int cover(int *tree, bool *attached, int place) {
	AUTO_CLOSE int copy = *attached ? clone_place(*tree) : -1;
	int mount = *attached ? copy : *tree;
	if (mount < 0)
		return -1;
	*attached = true;
	return sys_move_mount(mount, place, "", MOVE_MOUNT_T_EMPTY_PATH);
}

int step_mask(struct child *child, const struct step *step, struct fail *fail) {
	const char *path = step->strings[0];
	AUTO_CLOSE int place = open_in_root(child, path, 0);
	if (place < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : fail_with(fail, path, errno);
	if (check_own_mounts(child, fail, path) < 0)
		return -1;
	int result;
	if (is_directory(place)) {
		if (child->empty_tree < 0)
			child->empty_tree = empty_tree();
		result = cover(&child->empty_tree, &child->empty_attached, place);
	} else {
		struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		                                .propagation = MS_PRIVATE};
		result = check_null(child->null_tree);
		if (result == 0 && !child->null_attached)
			result = sys_mount_setattr(child->null_tree, 0, &attributes);
		if (result == 0)
			result = cover(&child->null_tree, &child->null_attached, place);
	}
	return result < 0 ? fail_with(fail, path, errno) : 0;
}

int step_pivot_root(struct child *child, const struct step *step, struct fail *fail) {
	struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
	if (check_own_mounts(child, fail, "/") < 0)
		return -1;
	if (step->numbers[0] && sys_mount_setattr(child->root, 0, &attributes) < 0)
		return fail_with(fail, "read-only", errno);
	if (fchdir(child->root) < 0 || sys_pivot_root(".", ".") < 0)
		return fail_with(fail, "/", errno);
	// The old root lies over the new one now; "." is the old one.
	if (sys_unmount(".") < 0 || chdir("/") < 0)
		return fail_with(fail, "old root", errno);
	return 0;
}
