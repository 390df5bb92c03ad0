// Starting a process that executes a plan, and the channel over which it reports.

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "plan.h"
#include "supervisor.h"

// linux/sched.h of the kernel itself: a process that was forked and has executed nothing yet.
#define PF_FORKNOEXEC 0x40

static void run_child(const struct process_request *request, int channel) {
	struct child child;
	child_prepare(&child, request->plan);
	child.channel = channel;
	child.stdio = request->stdio;
	child.init_pidfd = request->init_pidfd;
	child.step = request->step;
	if (!plan_has(request->plan, STEP_OOM_SCORE_ADJ))
		child.oom_score_adj = request->oom_score_adj;
	child_run(&child);
}

static const char *clone_detail(int error) {
	switch (error) {
	case EAGAIN:
		return "a limit on processes is reached: the cgroup's pids.max, or the host's";
	case ENOSPC:
		return "a limit of /proc/sys/user on namespaces is reached";
	case ENOMEM:
		return "the memory limit is too small to start a process, or the host is out of memory";
	case EBUSY:
		return "the cgroup has cgroups below it that share out its resources";
	default:
		return "";
	}
}

int process_start(const struct process_request *request, struct process *process, struct fail *fail) {
	const struct plan *plan = request->plan;
	int ends[2];
	int on = 1;
	AUTO_CLOSE int cgroup = -1;
	if (*plan->cgroup2 && (cgroup = open(plan->cgroup2, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fail_at(fail, "open cgroup", plan->cgroup2, errno);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return fail_at(fail, "socketpair", "", errno);
	// with each message the kernel says who sent it
	setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	struct clone_args args = {
	    .flags = plan->clone_flags | CLONE_PIDFD | (cgroup < 0 ? 0 : CLONE_INTO_CGROUP),
	    .pidfd = (uint64_t)(uintptr_t)&process->pidfd,
	    .exit_signal = SIGCHLD,
	    .cgroup = cgroup < 0 ? 0 : (uint64_t)(unsigned)cgroup,
	};
	process->pid = sys_clone3(&args);
	int error = errno;
	if (process->pid == 0) {
		close(ends[0]);
		run_child(request, ends[1]);
	}
	close(ends[1]);
	process->channel = ends[0];
	process->terminal = -1;
	process->ready = false;
	process->born_inside = plan_born_inside(plan);
	if (process->pid > 0)
		return 0;
	drop(&process->channel);
	fail_say(fail, clone_detail(error));
	return fail_at(fail, "clone3", plan->cgroup2, error);
}

// What the kernel passes along with a message.
struct enclosed {
	pid_t sender;
	int descriptor;
};

// musl's CMSG_NXTHDR
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

static struct enclosed open_envelope(struct msghdr *message) {
	struct enclosed enclosed = {.sender = 0, .descriptor = -1};
	struct ucred sender;
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_type == SCM_CREDENTIALS) {
			memcpy(&sender, CMSG_DATA(part), sizeof sender);
			enclosed.sender = sender.pid;
		} else if (part->cmsg_type == SCM_RIGHTS) {
			memcpy(&enclosed.descriptor, CMSG_DATA(part), sizeof enclosed.descriptor);
		}
	}
	return enclosed;
}

#pragma GCC diagnostic pop

static bool is_child(pid_t pid) {
	siginfo_t ignored;
	return pid > 0 && waitid(P_PID, (id_t)pid, &ignored, WEXITED | WNOHANG | WNOWAIT) == 0;
}

// The process that is ready is the one that was started, or was born of it. A container that can trace it can speak in
// its stead: so only a child is believed, and only once.
static enum channel_state become_ready(struct process *process, pid_t sender) {
	if (process->ready || !is_child(sender))
		return CHANNEL_HEARD;
	// a filter may let clone say that all is done, and do nothing
	if (process->born_inside && sender == process->pid)
		return CHANNEL_CLOSED;
	if (sender != process->pid && process->pidfd >= 0) {
		drop(&process->pidfd);
		process->pidfd = sys_pidfd_open(sender);
	}
	process->pid = sender;
	process->ready = true;
	return CHANNEL_READY;
}

static enum channel_state take_terminal(struct process *process, int descriptor) {
	AUTO_CLOSE int terminal = descriptor;
	if (process->ready || process->terminal >= 0 || descriptor < 0)
		return CHANNEL_HEARD;
	process->terminal = terminal;
	terminal = -1;
	return CHANNEL_HEARD;
}

enum channel_state process_listen(struct process *process, uint8_t *message, size_t *size, int flags) {
	struct iovec part = {.iov_base = message, .iov_len = CHANNEL_MESSAGE};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr header = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    // the padding is left out: the kernel would fill it with a second descriptor
	    .msg_controllen = CMSG_SPACE(sizeof(struct ucred)) + CMSG_LEN(sizeof(int)),
	};
	ssize_t count = recvmsg(process->channel, &header, MSG_CMSG_CLOEXEC | flags);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return CHANNEL_AGAIN;
	if (count <= 0)
		return CHANNEL_CLOSED;
	*size = (size_t)count;
	struct enclosed enclosed = open_envelope(&header);
	if (message[0] == CHILD_TERMINAL)
		return take_terminal(process, enclosed.descriptor);
	drop(&enclosed.descriptor);
	if (message[0] == CHILD_FAILED)
		return CHANNEL_FAILED;
	if (message[0] == CHILD_STARTED)
		return CHANNEL_STARTED;
	return message[0] == CHILD_READY ? become_ready(process, enclosed.sender) : CHANNEL_HEARD;
}

int process_go(struct process *process) {
	char word = CHILD_GO;
	return send(process->channel, &word, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

bool process_runs_program(pid_t pid) {
	char name[DECIMAL];
	return !(stat_field(decimal(name, pid), STAT_FLAGS) & PF_FORKNOEXEC);
}

static int fail_of_filter(struct fail *fail, const char *detail) {
	fail_say(fail, detail);
	return fail_at(fail, "seccomp", "profile", EPERM);
}

// What a trap instruction ends in on one processor or another, or a library that cannot cope.
static bool is_fault(int number) {
	return number == SIGILL || number == SIGTRAP || number == SIGSEGV || number == SIGBUS;
}

int process_died(struct fail *fail, int status, const struct circumstances *known) {
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	char text[DECIMAL];
	if (number == SIGSYS)
		return fail_of_filter(fail, "it kills the process for a system call on the way to its program");
	if (known->filtered && is_fault(number))
		return fail_of_filter(fail, "it refuses all that starts a program: execve, and write and exit_group");
	if (known->filtered && !number)
		return fail_of_filter(fail, "it refuses execve, and write to say so");
	if (known->out_of_memory && number == SIGKILL) {
		fail_say(fail, "the kernel has killed the process before its program ran: the limit is too small");
		return fail_at(fail, "launch", "memory limit", ENOMEM);
	}
	if (number) {
		fail_say(fail, "by signal ");
		fail_say(fail, decimal(text, number));
	}
	return fail_at(fail, "launch", number ? "killed before exec" : "ended before exec", ECANCELED);
}
