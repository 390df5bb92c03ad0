// The last thing before the program or its filter: nothing of the host is left, and the supervisor has agreed.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "kernel.h"
#include "plan.h"

#define CHANNEL 3

// A filter that refuses even this would have the C library's function try for ever. A fault asks no filter.
_Noreturn void child_end(int code) {
	syscall(SYS_exit_group, code);
	__builtin_trap();
}

static int fail_birth(const struct child *child, struct fail *fail, int error) {
	if (error == EAGAIN)
		return fail_because(fail, "clone", error, "a limit on processes is reached");
	bool filtered = plan_has(child->plan, STEP_SECCOMP);
	return fail_because(fail, "clone", error,
	                    filtered ? "without no_new_privs the seccomp profile must allow clone and setsid" : "");
}

// Whoever is in the PID namespace sees the program's process from its birth on and, with CAP_SYS_PTRACE, reads its
// memory, follows its root and descriptors, and makes it do what it likes. So it is born when it has the container's
// root, credentials and filter, and no descriptor but its streams and the channel, from a process that nobody in there
// sees.
static int be_born(struct child *child, struct fail *fail) {
	if (child->channel != CHANNEL && dup3(child->channel, CHANNEL, O_CLOEXEC) < 0)
		return fail_with(fail, "channel", errno);
	child->channel = CHANNEL;
	if (sys_close_range(CHANNEL + 1, 0) < 0)
		return fail_with(fail, "close_range", errno);
	// the supervisor's child too, not this one's; not clone3, which filters refuse as they cannot look into it
	long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (pid < 0)
		return fail_birth(child, fail, errno);
	if (pid > 0)
		child_end(0);
	return session_lead(child, fail);
}

int child_seal(struct child *child, struct fail *fail) {
	if (child->sealed)
		return 0;
	struct step session = {.opcode = STEP_SESSION};
	if (!child->session && step_session(child, &session, fail) < 0)
		return -1;
	umask(child->umask);
	if (child->born_inside && be_born(child, fail) < 0)
		return -1;
	// After the change of user, which clears it. A supervisor that is already gone is noticed at recv.
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return fail_with(fail, "PR_SET_PDEATHSIG", errno);
	char word = CHILD_READY;
	if (send(child->channel, &word, 1, MSG_NOSIGNAL) != 1 || recv(child->channel, &word, 1, 0) != 1)
		child_end(127);
	if (sys_close_range(3, CLOSE_RANGE_CLOEXEC) < 0)
		return fail_with(fail, "close_range", errno);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child->sealed = true;
	return 0;
}
