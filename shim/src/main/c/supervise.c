// The loop: one poll set, one event at a time, so that no event can meet an object that the one before it has freed.
//
// Who answers what:
//
//	event        | container                            | sandbox
//	-------------+--------------------------------------+--------------------------------
//	SIGCHLD      | init: container_ended; exec: reaped; | orphans of the pod: reaped
//	             | orphans: reaped                      |
//	SIGTERM      | before exec: give up; then: ignored  | ends, and the namespaces with it
//	output       | log and attached clients             | -
//	client       | request.c                            | SUBSCRIBE, PING, TERMINATE

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "supervisor.h"

static void reaped(struct supervisor *s, pid_t pid, int status) {
	if (pid == s->init && !s->sandbox) {
		container_ended(s, status);
		return;
	}
	for (struct execution *e = s->executions; e; e = e->next) {
		if (e->pid == pid && !e->exited) {
			execution_reaped(s, e, status);
			return;
		}
	}
}

// Somebody who has ended; while a command's process is yet unknown, only of those who are known.
static pid_t ended(const struct supervisor *s) {
	bool unborn = executions_unborn(s);
	siginfo_t found = {.si_pid = 0};
	waitid(unborn ? P_PIDFD : P_ALL, unborn ? (id_t)s->init_pidfd : 0, &found, WEXITED | WNOHANG | WNOWAIT);
	return found.si_pid > 0 || !unborn ? found.si_pid : executions_ended(s);
}

// What has ended can be looked at until it is reaped.
static void reap(struct supervisor *s) {
	pid_t pid;
	int status;
	while ((pid = ended(s)) > 0) {
		executions_hear(s, pid);
		if (waitpid(pid, &status, 0) == pid)
			reaped(s, pid, status);
	}
}

static void signals_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	(void)events;
	struct signalfd_siginfo info;
	if (read(watch->fd, &info, sizeof info) != sizeof info)
		return;
	// the first process of a pod's PID namespace takes this from outside only, where senders have no number
	if (info.ssi_signo == SIGTERM && (getpid() != 1 || info.ssi_pid == 0))
		s->terminated = true;
	// before the container runs its launch waits for it by itself
	if (info.ssi_signo == SIGCHLD && (s->running || s->sandbox))
		reap(s);
}

int signals_watch(struct supervisor *s) {
	sigset_t wanted;
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	s->signals = (struct watch){.ready = signals_ready};
	s->signals.fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals.fd;
}

static int sooner(int one, int other) {
	return one < 0 || (other >= 0 && other < one) ? other : one;
}

static int timeout(const struct supervisor *s) {
	int soonest = sooner(executions_timeout(s), connections_timeout(s));
	if (s->ended && soonest < 0)
		return REMOVAL_MS;
	return soonest < 0 && s->hot ? IDLE_MS : soonest;
}

static bool over(const struct supervisor *s) {
	if (s->sandbox)
		return s->terminated;
	if (!s->ended)
		return false;
	uint64_t deadline = s->end_deadline + (connections_behind(s) ? END_BEHIND_MS : 0);
	return monotonic_ms() >= deadline || (!s->executions && connections_flushed(s));
}

void supervise(struct supervisor *s) {
	struct epoll_event event;
	while (!over(s)) {
		int wait = timeout(s);
		int count = epoll_wait(s->epoll, &event, 1, wait);
		if (count > 0) {
			struct watch *watch = event.data.ptr;
			watch->ready(s, watch, event.events);
		} else if (count == 0 && wait == IDLE_MS) {
			buffers_release(s);
		}
		connections_tick(s);
		container_tick(s);
		executions_tick(s);
	}
}
