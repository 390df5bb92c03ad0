// The last thing before the program or its filter: nothing of the host is left, and the supervisor has agreed.

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "kernel.h"

int child_seal(struct child *child, struct fail *fail) {
	if (child->sealed)
		return 0;
	struct step session = {.opcode = STEP_SESSION};
	if (!child->session && step_session(child, &session, fail) < 0)
		return -1;
	umask(child->umask);
	// After the change of user, which clears it. A supervisor that is already gone is noticed at recv.
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return fail_with(fail, "PR_SET_PDEATHSIG", errno);
	char word = CHILD_READY;
	if (send(child->channel, &word, 1, MSG_NOSIGNAL) != 1 || recv(child->channel, &word, 1, 0) != 1)
		_exit(127);
	if (sys_close_range(3, CLOSE_RANGE_CLOEXEC) < 0)
		return fail_with(fail, "close_range", errno);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	child->sealed = true;
	return 0;
}
