#include "filesystem.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "io.h"
#include "kernel.h"

#define ANSWER 3

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

int empty_tree(void) {
	AUTO_CLOSE int context = sys_fsopen("tmpfs");
	if (context < 0 || sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
		return -1;
	unsigned attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	return sys_fsmount(context, attributes);
}

// What a process in the PID namespace can be made to do by whoever may trace it: this and no more.
static int allow_only_the_answer(void) {
	struct sock_filter program[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, 5),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 4, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsopen, 3, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 2, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

static int stand_in_nothing(void) {
	AUTO_CLOSE int nothing = empty_tree();
	return nothing < 0 || fchdir(nothing) < 0 ? -1 : chroot(".");
}

// Ends up as two processes: one that nobody in the namespace sees gives birth to one that has nothing to be seen.
static _Noreturn void answer(int socket, int pid_namespace) {
	if (sys_setns(pid_namespace, CLONE_NEWPID) < 0 || stand_in_nothing() < 0)
		child_end(1);
	if ((socket != ANSWER && dup3(socket, ANSWER, O_CLOEXEC) < 0) || sys_close_range(ANSWER + 1, 0) < 0)
		child_end(1);
	if (allow_only_the_answer() < 0 || syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) != 0)
		child_end(0);
	send_descriptor(ANSWER, 0, sys_fsopen("proc"));
	child_end(0);
}

// A procfs shows the PID namespace of the process that opens its context, and this one stays out.
int proc_context(int pid_namespace) {
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	pid_t helper = fork();
	if (helper == 0)
		answer(ends[1], pid_namespace);
	close(ends[1]);
	int context = helper < 0 ? -1 : receive_descriptor(ends[0]);
	close(ends[0]);
	if (helper > 0)
		waitpid(helper, NULL, 0);
	return context;
}
