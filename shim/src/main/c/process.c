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

// Children are born in the PID namespace that the plan enters, if it enters one.
static int enter_pid_namespace(const struct plan *plan, struct fail *fail) {
	struct cursor cursor = plan->body;
	struct step step;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		bool enters = step.opcode == STEP_ENTER_NAMESPACES && step.numbers[1] & CLONE_NEWPID;
		int index = (int)(uint32_t)step.numbers[0];
		// of the container's init the supervisor has entered it already
		if (enters && index != DESCRIPTOR_INIT && sys_setns(FIRST_DESCRIPTOR + index, CLONE_NEWPID) < 0)
			return fail_at(fail, "setns", "PID namespace", errno);
	}
	return 0;
}

static void run_child(const struct process_request *request, int channel) {
	struct child child;
	child_prepare(&child, request->plan);
	child.channel = channel;
	child.stdio = request->stdio;
	child.init_pidfd = request->init_pidfd;
	if (!plan_has(request->plan, STEP_OOM_SCORE_ADJ))
		child.oom_score_adj = request->oom_score_adj;
	child_run(&child);
}

int process_start(const struct process_request *request, struct process *process, struct fail *fail) {
	const struct plan *plan = request->plan;
	int ends[2];
	AUTO_CLOSE int cgroup = -1;
	if (enter_pid_namespace(plan, fail) < 0)
		return -1;
	if (*plan->cgroup2 && (cgroup = open(plan->cgroup2, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return fail_at(fail, "open cgroup", plan->cgroup2, errno);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return fail_at(fail, "socketpair", "", errno);
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
	if (process->pid > 0)
		return 0;
	drop(&process->channel);
	return fail_at(fail, "clone3", plan->cgroup2, error);
}

static int received_descriptor(struct msghdr *message) {
	struct cmsghdr *rights = CMSG_FIRSTHDR(message);
	int descriptor = -1;
	if (rights && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len == CMSG_LEN(sizeof descriptor))
		memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
	return descriptor;
}

enum channel_state process_listen(struct process *process, uint8_t *message, size_t *size, int flags) {
	struct iovec part = {.iov_base = message, .iov_len = CHANNEL_MESSAGE};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr header = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof control.space,
	};
	ssize_t count = recvmsg(process->channel, &header, MSG_CMSG_CLOEXEC | flags);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return CHANNEL_AGAIN;
	if (count <= 0)
		return CHANNEL_CLOSED;
	*size = (size_t)count;
	if (message[0] == CHILD_READY) {
		process->ready = true;
		return CHANNEL_READY;
	}
	if (message[0] == CHILD_FAILED)
		return CHANNEL_FAILED;
	drop(&process->terminal);
	process->terminal = received_descriptor(&header);
	return CHANNEL_AGAIN;
}

int process_go(struct process *process) {
	char word = CHILD_GO;
	return send(process->channel, &word, 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}
