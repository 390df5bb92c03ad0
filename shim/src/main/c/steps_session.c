// Steps about the session and its standard streams.

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "path.h"
#include "plan.h"

// The container's own devpts makes the pair. What is opened must be its multiplexer and nothing else.
static int open_master(struct child *child) {
	struct open_how how = {.flags = O_RDWR | O_NOCTTY | O_CLOEXEC,
	                       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	int master = sys_openat2(root_of(child), "/dev/ptmx", &how);
	struct stat found;
	if (master >= 0 && (fstat(master, &found) < 0 || !S_ISCHR(found.st_mode) || found.st_rdev != makedev(5, 2))) {
		drop(&master);
		errno = ENODEV;
	}
	return master;
}

// /dev/console is the terminal for programs that know no other name of it.
static int bind_console(struct child *child, int slave) {
	AUTO_CLOSE int mount = sys_open_tree(slave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	AUTO_CLOSE int target = ensure_file(child, "/dev/console");
	if (mount < 0 || target < 0)
		return -1;
	return sys_move_mount(mount, target, "", MOVE_MOUNT_T_EMPTY_PATH);
}

static int open_terminal(struct child *child, struct fail *fail) {
	AUTO_CLOSE int master = open_master(child);
	int unlocked = 0;
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlocked) < 0)
		return fail_with(fail, "/dev/ptmx", errno);
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return fail_with(fail, "/dev/ptmx", errno);
	child->stdio = (struct stdio){.in = slave, .out = slave, .err = slave, .terminal = true};
	if (fchown(slave, plan_user(child->plan), (gid_t)-1) < 0)
		return fail_with(fail, "terminal", errno);
	if (child->own_mounts && bind_console(child, slave) < 0)
		return fail_with(fail, "/dev/console", errno);
	return send_descriptor(child->channel, CHILD_TERMINAL, master) < 0 ? fail_with(fail, "terminal", errno) : 0;
}

int session_lead(struct child *child, struct fail *fail) {
	if (setsid() < 0)
		return fail_with(fail, "setsid", errno);
	if (child->stdio.terminal && ioctl(0, TIOCSCTTY, 0) < 0)
		return fail_with(fail, "controlling terminal", errno);
	return 0;
}

int step_session(struct child *child, const struct step *step, struct fail *fail) {
	(void)step;
	child->session = true;
	if (child->stdio.terminal && open_terminal(child, fail) < 0)
		return -1;
	struct stdio *stdio = &child->stdio;
	if (dup2(stdio->in, 0) < 0 || dup2(stdio->out, 1) < 0 || dup2(stdio->err, 2) < 0)
		return fail_with(fail, "standard streams", errno);
	return child->born_inside ? 0 : session_lead(child, fail);
}

// Read by the supervisor, which makes the streams.
int step_stream_owner(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	(void)step;
	(void)fail;
	return 0;
}
