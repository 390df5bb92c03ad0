// A command in the running container. Its states, and what moves it on:
//
//	starting   channel: the steps failed -> FAILED, over;  the program runs -> STARTED, running
//	running    output -> frames;  its end -> draining
//	draining   output is at its end, or there is none and the time is up -> EXITED, over
//	over       its cgroup is emptied, by a kill if the command was killed, and removed -> gone

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "plan.h"
#include "supervisor.h"

// After a command's end: more than a pipe holds, and how long a client that is behind may take.
#define LAST_READS 32
#define BEHIND_MS 2000
// A terminal, that it is ready, what has failed: nobody has more to say before the program runs.
#define LAST_WORDS 4

static void close_streams(struct supervisor *s, struct execution *e) {
	struct watch *watches[] = {&e->channel, &e->out, &e->err, &e->in};
	for (size_t i = 0; i < sizeof watches / sizeof *watches; i++) {
		if (watches[i]->fd >= 0)
			watch_close(s, watches[i]);
	}
}

// What a command has left behind on purpose goes on in the container's cgroup.
static bool removed(const struct supervisor *s, struct execution *e) {
	if (e->own_cgroup && !e->killed)
		cgroup_move(e->cgroup, s->cgroup2);
	return !e->own_cgroup || rmdir(e->cgroup) == 0 || errno == ENOENT || ++e->removal_tries > REMOVAL_TRIES;
}

static void forget(struct supervisor *s, struct execution *e) {
	struct execution **link = &s->executions;
	while (*link != e)
		link = &(*link)->next;
	*link = e->next;
	free(e->cgroup);
	free(e);
}

// The command is over; if it was killed, so is what it left in its cgroup.
static void finish(struct supervisor *s, struct execution *e) {
	close_streams(s, e);
	if (e->own_cgroup && e->killed)
		cgroup_kill(e->cgroup);
	if (e->connection)
		e->connection->execution = NULL;
	e->connection = NULL;
	e->finished = true;
	if (removed(s, e))
		forget(s, e);
}

static void tell_exit(struct supervisor *s, struct execution *e) {
	uint32_t number = WIFSIGNALED(e->status) ? (uint32_t)WTERMSIG(e->status) : 0;
	uint32_t record[2] = {number ? 128 + number : (uint32_t)WEXITSTATUS(e->status), number};
	if (e->connection && e->started)
		connection_send(s, e->connection, FRAME_EXITED, record, sizeof record);
}

// One read of output; false if there is none now.
static bool copy_once(struct supervisor *s, struct execution *e, struct watch *watch) {
	uint8_t *buffer = buffers_scratch(s);
	if (watch->fd < 0 || !buffer || (e->connection && e->connection->pending))
		return false;
	ssize_t count = read(watch->fd, buffer, READ_SIZE);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (count <= 0) {
		watch_close(s, watch);
		return false;
	}
	enum frame_type type = watch == &e->err ? FRAME_STDERR : FRAME_STDOUT;
	if (e->connection)
		connection_send(s, e->connection, type, buffer, (size_t)count);
	// a client that is behind is not read for: the command waits, as it would for a slow terminal
	if (e->connection && e->connection->pending) {
		watch_change(s, &e->out, 0);
		watch_change(s, &e->err, 0);
	}
	return true;
}

static void try_finish(struct supervisor *s, struct execution *e) {
	if (!e->exited || e->finished)
		return;
	// bounded: what the command left behind may write faster than this copies
	for (int reads = 0; reads < LAST_READS && (copy_once(s, e, &e->out) || copy_once(s, e, &e->err)); reads++)
		;
	if (e->connection && e->connection->pending && monotonic_ms() < e->deadline + BEHIND_MS)
		return;
	bool at_end = e->out.fd < 0 && e->err.fd < 0;
	if (!at_end && monotonic_ms() < e->deadline)
		return;
	tell_exit(s, e);
	finish(s, e);
}

void execution_resume(struct supervisor *s, struct execution *e) {
	watch_change(s, &e->out, EPOLLIN);
	watch_change(s, &e->err, EPOLLIN);
	try_finish(s, e);
}

static void out_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	(void)events;
	struct execution *e = container_of(watch, struct execution, out);
	copy_once(s, e, watch);
	try_finish(s, e);
}

static void err_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	(void)events;
	struct execution *e = container_of(watch, struct execution, err);
	copy_once(s, e, watch);
	try_finish(s, e);
}

static void in_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	struct execution *e = container_of(watch, struct execution, in);
	if (events & (EPOLLERR | EPOLLHUP))
		watch_close(s, watch);
	else
		watch_change(s, watch, 0);
	if (e->connection && e->connection->waiting)
		connection_resume(s, e->connection);
}

static void tell_started(struct supervisor *s, struct execution *e) {
	uint8_t started[12];
	char name[DECIMAL];
	uint32_t pid = (uint32_t)e->pid;
	uint64_t start = stat_field(decimal(name, e->pid), STAT_START_TIME);
	memcpy(started, &pid, 4);
	memcpy(started + 4, &start, 8);
	e->started = true;
	if (e->connection)
		connection_send(s, e->connection, FRAME_STARTED, started, sizeof started);
	if (e->out.fd >= 0)
		watch_add(s, &e->out, EPOLLIN);
	if (e->err.fd >= 0)
		watch_add(s, &e->err, EPOLLIN);
	if (e->in.fd >= 0)
		watch_add(s, &e->in, 0);
}

static void tell_failed(struct supervisor *s, struct execution *e, const struct fail *fail) {
	uint8_t payload[FAIL_ENCODED];
	if (e->connection && !e->failed)
		connection_send(s, e->connection, FRAME_FAILED, payload, fail_encode(fail, payload));
	e->failed = true;
}

static void take_terminal(struct execution *e, int master) {
	if (master < 0)
		return;
	fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
	e->out.fd = master;
	e->in.fd = fcntl(master, F_DUPFD_CLOEXEC, 3);
}

// The process runs its program now, or never will.
static void channel_over(struct supervisor *s, struct execution *e) {
	watch_close(s, &e->channel);
	if (e->ready && !e->failed && (e->driven || process_runs_program(e->pid)))
		tell_started(s, e);
	// what was not reaped, as it might have been this command's process
	if (e->driven)
		kill(getpid(), SIGCHLD);
}

// One message; false if there is none.
static bool listen_once(struct supervisor *s, struct execution *e) {
	struct process process = {
	    .pid = e->pid,
	    .pidfd = -1,
	    .channel = e->channel.fd,
	    .terminal = e->out.fd,
	    .ready = e->ready,
	    .born_inside = e->born_inside,
	};
	uint8_t message[CHANNEL_MESSAGE];
	size_t size = 0;
	struct fail fail;
	enum channel_state state = process_listen(&process, message, &size, MSG_DONTWAIT);
	if (process.terminal != e->out.fd)
		take_terminal(e, process.terminal);
	switch (state) {
	case CHANNEL_AGAIN:
		return false;
	case CHANNEL_HEARD:
		return true;
	case CHANNEL_READY:
		e->ready = true;
		e->pid = process.pid;
		if (e->killed)
			execution_kill(s, e);
		else
			process_go(&process);
		if (!e->driven)
			return true;
		break;
	case CHANNEL_STARTED:
		return true;
	case CHANNEL_FAILED:
		// decoded: only what is well-formed goes on to the client
		fail_decode(&fail, message + 1, size - 1);
		tell_failed(s, e, &fail);
		return true;
	case CHANNEL_CLOSED:
		break;
	}
	channel_over(s, e);
	return false;
}

// Bounded: a container that can trace the process may go on for ever in its stead.
static void hear(struct supervisor *s, struct execution *e) {
	for (int words = 0; words < LAST_WORDS && e->channel.fd >= 0 && listen_once(s, e); words++)
		;
}

// The last who could become the program may be gone, and nobody have said why.
static void check_end(struct supervisor *s, struct execution *e) {
	e->exited = e->exited || (!e->ready && e->pid == 0 && e->channel.fd < 0);
	if (e->exited && !e->started && !e->failed && !e->finished) {
		struct fail fail = {.step = -1};
		struct circumstances known = {.filtered = e->filtered};
		process_died(&fail, e->status, &known);
		tell_failed(s, e, &fail);
	}
	try_finish(s, e);
}

static void channel_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	(void)events;
	struct execution *e = container_of(watch, struct execution, channel);
	hear(s, e);
	check_end(s, e);
}

// Somebody has ended and is not yet reaped. Who it was may stand in a message that nobody has read.
void executions_hear(struct supervisor *s, pid_t ended) {
	for (struct execution *e = s->executions; e; e = e->next) {
		hear(s, e);
		if (e->ready && e->pid == ended && e->channel.fd >= 0)
			channel_over(s, e);
	}
}

void execution_reaped(struct supervisor *s, struct execution *e, int status) {
	e->status = status;
	if (e->ready)
		e->exited = true;
	else
		e->pid = 0;
	e->deadline = monotonic_ms() + e->drain_ms;
	check_end(s, e);
}

// Until it is reaped its number, and that of the group it leads, cannot be anybody else's.
void execution_kill(struct supervisor *s, struct execution *e) {
	(void)s;
	e->killed = true;
	// a runtime's call ends by itself, and then it is known whom to kill
	if (e->driven && !e->ready)
		return;
	if (e->own_cgroup)
		cgroup_kill(e->cgroup);
	if (!e->exited && e->pid > 0) {
		kill(-e->pid, SIGKILL);
		kill(e->pid, SIGKILL);
	}
}

// The client has gone: nobody will read the output, so nobody need produce it.
void execution_abandon(struct supervisor *s, struct execution *e) {
	e->connection = NULL;
	execution_kill(s, e);
	struct watch *watches[] = {&e->out, &e->err, &e->in};
	for (size_t i = 0; i < sizeof watches / sizeof *watches; i++) {
		if (watches[i]->fd >= 0)
			watch_close(s, watches[i]);
	}
	try_finish(s, e);
}

static int prepare_cgroup(struct supervisor *s, struct execution *e, const char *path, struct fail *fail) {
	if (!*path || strcmp(path, s->cgroup2) == 0)
		return 0;
	e->cgroup = strdup(path);
	if (!e->cgroup || cgroup_make(path, s->cgroup2) < 0)
		return fail_at(fail, "make cgroup", path, errno);
	e->own_cgroup = true;
	return 0;
}

static int start(struct supervisor *s, struct execution *e, const struct exec_request *request, struct fail *fail) {
	struct stdio child;
	struct stdio own;
	struct process process = {.pid = 0};
	if (prepare_cgroup(s, e, request->plan.cgroup2, fail) < 0)
		return -1;
	if (stdio_pipes(&child, &own, request->flags, plan_stream_owner(&request->plan)) < 0)
		return fail_at(fail, "pipe", "standard streams", errno);
	struct process_request start = {
	    .plan = &request->plan,
	    .stdio = child,
	    .init_pidfd = s->init_pidfd,
	    .oom_score_adj = s->oom_score_adj,
	};
	int result = process_start(&start, &process, fail);
	stdio_drop(&child);
	e->out = (struct watch){.fd = own.out, .ready = out_ready};
	e->err = (struct watch){.fd = own.err, .ready = err_ready};
	e->in = (struct watch){.fd = own.in, .ready = in_ready};
	if (result < 0)
		return -1;
	drop(&process.pidfd);
	e->pid = process.pid;
	e->born_inside = process.born_inside;
	e->driven = plan_has(&request->plan, STEP_RUNTIME_CALL);
	e->filtered = plan_has(&request->plan, STEP_SECCOMP);
	e->channel = (struct watch){.fd = process.channel, .ready = channel_ready};
	return watch_add(s, &e->channel, EPOLLIN) < 0 ? fail_at(fail, "epoll", "channel", errno) : 0;
}

void execution_begin(struct supervisor *s, struct connection *c, const struct exec_request *request) {
	struct fail fail = {.step = -1};
	uint8_t payload[FAIL_ENCODED];
	struct execution *e = calloc(1, sizeof *e);
	if (!e) {
		fail_at(&fail, "allocate", "execution", ENOMEM);
		connection_send(s, c, FRAME_FAILED, payload, fail_encode(&fail, payload));
		return;
	}
	e->channel.fd = e->out.fd = e->err.fd = e->in.fd = -1;
	e->drain_ms = request->drain_ms;
	e->connection = c;
	e->next = s->executions;
	s->executions = e;
	c->execution = e;
	if (start(s, e, request, &fail) == 0)
		return;
	tell_failed(s, e, &fail);
	finish(s, e);
}

static bool unborn(const struct execution *e) {
	return e->driven && !e->ready && e->channel.fd >= 0;
}

// Whether a process may have been left to this one of which nobody has said yet that it is a command's.
bool executions_unborn(const struct supervisor *s) {
	const struct execution *e = s->executions;
	while (e && !unborn(e))
		e = e->next;
	return e;
}

// A process of a command that has ended and is not reaped; or 0.
pid_t executions_ended(const struct supervisor *s) {
	for (const struct execution *e = s->executions; e; e = e->next) {
		siginfo_t ended = {.si_pid = 0};
		if (e->pid > 0 && !e->exited)
			waitid(P_PID, (id_t)e->pid, &ended, WEXITED | WNOHANG | WNOWAIT);
		if (ended.si_pid > 0)
			return ended.si_pid;
	}
	return 0;
}

// Whatever waits for time to pass.
void executions_tick(struct supervisor *s) {
	struct execution *next;
	for (struct execution *e = s->executions; e; e = next) {
		next = e->next;
		if (!e->finished)
			try_finish(s, e);
		else if (removed(s, e))
			forget(s, e);
	}
}

int executions_timeout(const struct supervisor *s) {
	int timeout = -1;
	for (const struct execution *e = s->executions; e; e = e->next) {
		if (e->finished || e->exited)
			timeout = REMOVAL_MS;
	}
	return timeout;
}
