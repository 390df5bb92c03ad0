// A container: its launch, its output, and its end.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "plan.h"
#include "supervisor.h"

// One read of output: to the log, and to those who are attached. False at the end of the stream.
static bool copy_once(struct supervisor *s, struct stream *stream) {
	if (!log_prepare(&s->log, stream))
		return true;
	s->hot = true;
	uint8_t *fresh = stream->buffer + stream->tail;
	ssize_t count = read(stream->watch.fd, fresh, READ_SIZE);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	// a terminal whose last user has gone says EIO
	size_t size = count > 0 ? (size_t)count : 0;
	if (size > 0)
		connections_broadcast(s, stream->frame, fresh, size);
	log_feed(&s->log, stream, size, size > 0 ? LOG_FLOWS : LOG_ENDS);
	return size > 0;
}

static void take_output(struct supervisor *s, struct stream *stream) {
	if (!copy_once(s, stream))
		watch_close(s, &stream->watch);
}

// The container waits for attached clients that are behind, as it would for a slow terminal.
static void read_output(struct supervisor *s, bool wanted) {
	s->paused = !wanted;
	watch_change(s, &s->out.watch, wanted ? EPOLLIN : 0);
	watch_change(s, &s->err.watch, wanted ? EPOLLIN : 0);
}

static void stream_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	(void)events;
	if (connections_behind(s))
		read_output(s, false);
	else
		take_output(s, container_of(watch, struct stream, watch));
}

void container_tick(struct supervisor *s) {
	if (s->paused && !connections_behind(s))
		read_output(s, true);
}

static void resume_writers(struct supervisor *s) {
	for (struct connection *c = s->connections; c; c = c->next) {
		if (c->waiting && !c->execution)
			connection_resume(s, c);
	}
}

// Room again for standard input: clients that wait for it go on.
static void stdin_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	if (events & (EPOLLERR | EPOLLHUP)) {
		container_stdin_close(s);
		return;
	}
	watch_change(s, watch, 0);
	resume_writers(s);
}

void container_stdin_close(struct supervisor *s) {
	if (s->in.fd >= 0)
		watch_close(s, &s->in);
	resume_writers(s);
}

static int watch_streams(struct supervisor *s, const struct stdio *own, int terminal) {
	s->out =
	    (struct stream){.watch = {.fd = own->out, .ready = stream_ready}, .frame = FRAME_STDOUT, .tag = "stdout"};
	s->err =
	    (struct stream){.watch = {.fd = own->err, .ready = stream_ready}, .frame = FRAME_STDERR, .tag = "stderr"};
	s->in = (struct watch){.fd = own->in, .ready = stdin_ready};
	if (terminal >= 0) {
		s->out.watch.fd = terminal;
		s->in.fd = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
		if (s->in.fd < 0 || stdio_nonblocking(terminal) < 0)
			return -1;
	}
	if (watch_add(s, &s->out.watch, EPOLLIN) < 0)
		return -1;
	if (s->err.watch.fd >= 0 && watch_add(s, &s->err.watch, EPOLLIN) < 0)
		return -1;
	return s->in.fd >= 0 ? watch_add(s, &s->in, 0) : 0;
}

// From now on it is known who the container's init is.
static int know_init(struct supervisor *s, const struct process *process, struct fail *fail) {
	char name[DECIMAL];
	s->init = process->pid;
	s->init_pidfd = process->pidfd;
	s->init_start = stat_field(decimal(name, process->pid), STAT_START_TIME);
	return record_pids(s, fail);
}

// Names the step that a process does not come out of.
static int fail_hanging(struct fail *fail, const struct process_request *request) {
	struct step step = {.name = "launch"};
	uint32_t index = *request->step;
	plan_step(request->plan, index, &step);
	fail_say(fail, "it did not end in time: a file system or a device does not answer");
	fail_with(fail, step.strings[0] ? step.strings[0] : "", ETIMEDOUT);
	return fail_step(fail, (int)index, step.name);
}

// What a process says between clone and exec. Until it is ready, SIGTERM gives up on it. Without a word in `fail` and
// `message` it has ended.
static int await_exec(struct supervisor *s, const struct process_request *request, struct process *process,
                      struct fail *fail, uint8_t *message, size_t *size) {
	struct pollfd wait[2] = {{.fd = process->channel, .events = POLLIN}, {.fd = s->signals.fd, .events = POLLIN}};
	uint64_t deadline = monotonic_ms() + s->limit_ms;
	bool driven = plan_has(request->plan, STEP_RUNTIME_CALL);
	for (;;) {
		uint64_t now = monotonic_ms();
		if (s->terminated)
			return fail_at(fail, "launch", "terminated", ECANCELED);
		if (now >= deadline)
			return fail_hanging(fail, request);
		if (poll(wait, 2, (int)(deadline - now)) < 0 && errno != EINTR)
			return fail_at(fail, "poll", "launch", errno);
		if (!wait[0].revents && wait[1].revents) {
			s->signals.ready(s, &s->signals, POLLIN);
			continue;
		}
		if (!wait[0].revents)
			continue;
		enum channel_state state = process_listen(process, message, size, 0);
		if (state == CHANNEL_FAILED)
			return -1;
		if (state == CHANNEL_STARTED && driven)
			return 0;
		if (state == CHANNEL_CLOSED)
			return process->ready && !driven && process_runs_program(process->pid) ? 0 : -1;
		if (state != CHANNEL_READY)
			continue;
		*size = 0;
		if (know_init(s, process, fail) < 0 || process_go(process) < 0)
			return -1;
	}
}

// Nothing of a failed launch is left: not the process, and not a zombie. Returns how it ended. One that the kernel does
// not let go ends by itself when it does; until then it holds the object's lock.
static int give_up(struct process *process) {
	struct pollfd gone = {.fd = process->pidfd, .events = POLLIN};
	int status = 0;
	sys_pidfd_send_signal(process->pidfd, SIGKILL);
	if (poll(&gone, 1, KILL_LIMIT_MS) > 0)
		waitpid(process->pid, &status, 0);
	drop(&process->pidfd);
	drop(&process->channel);
	drop(&process->terminal);
	return status;
}

static int launch_process(struct supervisor *s, const struct process_request *request, struct process *process,
                          struct fail *fail) {
	uint8_t message[CHANNEL_MESSAGE];
	size_t size = 0;
	if (process_start(request, process, fail) < 0)
		return -1;
	if (await_exec(s, request, process, fail, message, &size) == 0)
		return 0;
	int status = give_up(process);
	if (size > 1 && message[0] == CHILD_FAILED)
		return fail_decode(fail, message + 1, size - 1);
	struct circumstances known = {
	    .filtered = plan_has(request->plan, STEP_SECCOMP),
	    .out_of_memory = oom_killed(s->oom_file),
	};
	return fail->error ? -1 : process_died(fail, status, &known);
}

// Memory that a child has in common with this process until it executes its program.
static uint32_t *shared_number(void) {
	void *memory = mmap(NULL, sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

int container_launch(struct supervisor *s, const struct launch *launch, struct fail *fail) {
	struct stdio child;
	struct stdio own;
	struct process process;
	s->cgroup2 = strdup(launch->plan.cgroup2);
	s->oom_file = strdup(launch->oom_file);
	s->stdin_once = launch->flags & FLAG_STDIN_ONCE;
	s->limit_ms = launch->limit_ms;
	uint32_t *step_now = shared_number();
	if (!s->cgroup2 || !s->oom_file || !step_now)
		return fail_at(fail, "allocate", "launch", ENOMEM);
	if (*launch->log_directory && log_open(&s->log, launch->log_directory, launch->log_path, fail) < 0)
		return -1;
	if (stdio_pipes(&child, &own, launch->flags, plan_stream_owner(&launch->plan)) < 0)
		return fail_at(fail, "pipe", "standard streams", errno);
	struct process_request request = {
	    .plan = &launch->plan,
	    .stdio = child,
	    .init_pidfd = -1,
	    .oom_score_adj = s->oom_score_adj,
	    .step = step_now,
	};
	int result = launch_process(s, &request, &process, fail);
	stdio_drop(&child);
	munmap(step_now, sizeof *step_now);
	if (result < 0)
		return -1;
	drop(&process.channel);
	if (watch_streams(s, &own, process.terminal) == 0)
		return 0;
	fail_at(fail, "epoll", "standard streams", errno);
	give_up(&process);
	return -1;
}

static void take_rest(struct supervisor *s, struct stream *stream, uint64_t settled) {
	connections_settle(s, settled);
	take_output(s, stream);
}

// Takes what is left of the output. Whoever still holds the streams has a little time to let go of them, and clients
// that are behind half of it: the log is to have the rest.
static bool drain(struct supervisor *s) {
	uint64_t deadline = monotonic_ms() + END_DRAIN_MS;
	uint64_t settled = deadline - END_DRAIN_MS / 2;
	while (s->out.watch.fd >= 0 || s->err.watch.fd >= 0) {
		struct pollfd wait[2] = {{.fd = s->out.watch.fd, .events = POLLIN},
		                         {.fd = s->err.watch.fd, .events = POLLIN}};
		uint64_t now = monotonic_ms();
		if (now >= deadline || poll(wait, 2, (int)(deadline - now)) == 0)
			return false;
		if (wait[0].revents)
			take_rest(s, &s->out, settled);
		if (wait[1].revents)
			take_rest(s, &s->err, settled);
	}
	return true;
}

// The order matters: the record is on disk before anyone is told, and the log is complete before the record.
void container_ended(struct supervisor *s, int status) {
	bool oom = oom_killed(s->oom_file);
	cgroup_kill(s->cgroup2);
	for (struct execution *e = s->executions; e; e = e->next)
		execution_kill(s, e);
	bool complete = drain(s);
	log_end(&s->log, &s->out);
	log_end(&s->log, &s->err);
	log_close(&s->log);
	record_exit(s, status, oom, complete);
	s->ended = true;
	s->end_deadline = monotonic_ms() + END_FLUSH_MS;
	for (struct connection *c = s->connections; c; c = c->next) {
		if (c->subscribed)
			connection_send(s, c, FRAME_EXITED, s->record, EXIT_RECORD_BYTES);
		else if (c->attached)
			connection_send(s, c, FRAME_EXITED, s->record, 8);
	}
	container_stdin_close(s);
}
