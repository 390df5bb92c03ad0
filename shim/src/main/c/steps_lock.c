// Steps that set the flags of mounts so that a user namespace cannot take them back. The kernel locks them where it
// copies a mount namespace for a user namespace of fewer privileges, and nowhere else.

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "io.h"
#include "kernel.h"

#define PLACE_MODE 0700

int step_set_attributes(struct child *child, const struct step *step, struct fail *fail) {
	struct mount_attr attributes = {.attr_set = step->numbers[1], .attr_clr = step->numbers[2]};
	unsigned recursive = step->numbers[3] ? AT_RECURSIVE : 0;
	int mount = child->slots[step->numbers[0]];
	return sys_mount_setattr(mount, recursive, &attributes) < 0 ? fail_with(fail, "attributes", errno) : 0;
}

// Stands in an empty root of its own, with nothing of the host's mounted any more.
static int leave_host(void) {
	AUTO_CLOSE int context = sys_fsopen("tmpfs");
	if (context < 0 || sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
		return -1;
	AUTO_CLOSE int root = sys_fsmount(context, 0);
	if (root < 0 || sys_unshare(CLONE_NEWNS) < 0 || sys_mount_propagation("/", MS_REC | MS_SLAVE) < 0)
		return -1;
	if (sys_move_mount(root, AT_FDCWD, "/", 0) < 0 || fchdir(root) < 0 || sys_pivot_root(".", ".") < 0)
		return -1;
	return sys_unmount(".") < 0 ? -1 : chdir("/");
}

static int stand(int mount, const char *place) {
	struct stat found;
	if (fstat(mount, &found) < 0)
		return -1;
	int made = S_ISDIR(found.st_mode) ? mkdir(place, PLACE_MODE) : mknod(place, S_IFREG | PLACE_MODE, 0);
	return made < 0 ? -1 : sys_move_mount(mount, AT_FDCWD, place, 0);
}

static int stand_all(struct child *child, struct cursor slots, uint32_t count) {
	char place[DECIMAL];
	for (uint32_t i = 0; i < count; i++)
		if (stand(child->slots[read_u32(&slots) % LIMIT_SLOTS], decimal(place, (long)i)) < 0)
			return -1;
	return 0;
}

static int send_all(int channel, uint32_t count) {
	char place[DECIMAL];
	for (uint32_t i = 0; i < count; i++) {
		unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE;
		AUTO_CLOSE int copy = sys_open_tree(AT_FDCWD, decimal(place, (long)i), flags);
		if (copy < 0 || send_descriptor(channel, 0, copy) < 0)
			return -1;
	}
	return 0;
}

// Seen by nobody in the pod: this process stays in the host's PID namespace.
static _Noreturn void lock_in_copy(struct child *child, const struct list *slots, int users, int channel) {
	bool done = leave_host() == 0 && stand_all(child, slots->body, slots->count) == 0 &&
	            sys_setns(users, CLONE_NEWUSER) == 0 && sys_unshare(CLONE_NEWNS) == 0 &&
	            send_all(channel, slots->count) == 0;
	_exit(done ? 0 : errno);
}

static void take_all(struct child *child, struct cursor slots, uint32_t count, int channel) {
	for (uint32_t i = 0; i < count; i++) {
		int *slot = &child->slots[read_u32(&slots) % LIMIT_SLOTS];
		drop(slot);
		*slot = receive_descriptor(channel);
	}
}

int step_lock_flags(struct child *child, const struct step *step, struct fail *fail) {
	const struct list *slots = &step->lists[0];
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return fail_with(fail, "copy", errno);
	AUTO_CLOSE int channel = ends[0];
	pid_t helper = fork();
	if (helper == 0)
		lock_in_copy(child, slots, FIRST_DESCRIPTOR + (int)step->numbers[0], ends[1]);
	int error = errno;
	close(ends[1]);
	if (helper < 0)
		return fail_with(fail, "copy", error);
	take_all(child, slots->body, slots->count, channel);
	int status;
	if (waitpid(helper, &status, 0) != helper || !WIFEXITED(status))
		return fail_with(fail, "copy", ECHILD);
	return WEXITSTATUS(status) ? fail_with(fail, "copy", WEXITSTATUS(status)) : 0;
}
