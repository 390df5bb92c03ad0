// What clients ask for.

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "supervisor.h"

static struct watch *stdin_of(struct supervisor *s, struct connection *c) {
	return c->execution ? &c->execution->in : &s->in;
}

// Writes as much of a STDIN frame as the pipe takes; true when all of it is gone, or nobody will ever read it.
static bool take_stdin(struct supervisor *s, struct connection *c) {
	struct watch *in = stdin_of(s, c);
	c->wrote_stdin = c->wrote_stdin || c->attached;
	while (in->fd >= 0 && c->body_done < c->body_size) {
		ssize_t count = write(in->fd, c->body + c->body_done, c->body_size - c->body_done);
		if (count < 0 && errno == EAGAIN) {
			watch_change(s, in, EPOLLOUT);
			return false;
		}
		if (count < 0 && errno != EINTR)
			watch_close(s, in);
		c->body_done += count > 0 ? (size_t)count : 0;
	}
	return true;
}

static uint32_t number(const struct connection *c, size_t index) {
	uint32_t value = 0;
	if (c->body_size >= (index + 1) * sizeof value)
		memcpy(&value, c->body + index * sizeof value, sizeof value);
	return value;
}

static int send_signal(struct supervisor *s, struct connection *c) {
	int wanted = (int)number(c, 0);
	struct execution *e = c->execution;
	if (c->body_size != sizeof(uint32_t))
		return EBADMSG;
	if (e && (e->exited || e->pid == 0))
		return ESRCH;
	if (e && wanted == SIGKILL) {
		execution_kill(s, e);
		return 0;
	}
	if (s->sandbox || (!e && s->ended))
		return ESRCH;
	return (e ? kill(e->pid, wanted) : sys_pidfd_send_signal(s->init_pidfd, wanted)) < 0 ? errno : 0;
}

static int resize(struct supervisor *s, struct connection *c) {
	struct winsize size = {.ws_row = (unsigned short)number(c, 0), .ws_col = (unsigned short)number(c, 1)};
	int fd = c->execution ? c->execution->out.fd : s->out.watch.fd;
	return ioctl(fd, TIOCSWINSZ, &size) < 0 ? errno : 0;
}

static void subscribe(struct supervisor *s, struct connection *c) {
	uint8_t running[12];
	c->subscribed = true;
	if (s->ended) {
		connection_send(s, c, FRAME_EXITED, s->record, EXIT_RECORD_BYTES);
		return;
	}
	memcpy(running, &s->init, 4);
	memcpy(running + 4, &s->init_start, 8);
	connection_send(s, c, FRAME_RUNNING, running, sizeof running);
}

static void attach(struct supervisor *s, struct connection *c) {
	connection_done(s, c, s->sandbox || s->ended ? ESRCH : 0);
	c->attached = !s->sandbox && !s->ended;
}

static void exec(struct supervisor *s, struct connection *c) {
	struct exec_request request;
	bool possible = !s->sandbox && !s->ended && !c->execution && !c->attached;
	if (possible && decode_exec(c->body, c->body_size, &request)) {
		execution_begin(s, c, &request);
		return;
	}
	struct fail fail = {.step = -1};
	uint8_t payload[FAIL_ENCODED];
	fail_at(&fail, "exec", "request", possible ? EBADMSG : ESRCH);
	connection_send(s, c, FRAME_FAILED, payload, fail_encode(&fail, payload));
}

static void terminate(struct supervisor *s, struct connection *c) {
	if (s->sandbox)
		s->terminated = true;
	else
		connection_done(s, c, EINVAL);
}

static void close_stdin(struct supervisor *s, struct connection *c) {
	if (c->execution && c->execution->in.fd >= 0)
		watch_close(s, &c->execution->in);
	else if (c->attached)
		container_stdin_close(s);
}

static bool handle(struct supervisor *s, struct connection *c, enum frame_type type) {
	switch (type) {
	case FRAME_STDIN:
		return take_stdin(s, c);
	case FRAME_CLOSE_STDIN:
		close_stdin(s, c);
		return true;
	case FRAME_SUBSCRIBE:
		subscribe(s, c);
		return true;
	case FRAME_ATTACH:
		attach(s, c);
		return true;
	case FRAME_EXEC:
		exec(s, c);
		return true;
	case FRAME_TERMINATE:
		terminate(s, c);
		return true;
	case FRAME_PING:
		connection_send(s, c, FRAME_PONG, NULL, 0);
		return true;
	case FRAME_SIGNAL:
		connection_done(s, c, send_signal(s, c));
		return true;
	case FRAME_RESIZE:
		connection_done(s, c, resize(s, c));
		return true;
	case FRAME_REOPEN_LOG:
		connection_done(s, c, s->ended || log_reopen(&s->log) == 0 ? 0 : errno);
		return true;
	default:
		connection_done(s, c, EBADMSG);
		return true;
	}
}

static void caught_up(struct supervisor *s, struct connection *c) {
	if (c->execution)
		execution_resume(s, c->execution);
}

static void gone(struct supervisor *s, struct connection *c) {
	if (c->execution)
		execution_abandon(s, c->execution);
	if (c->wrote_stdin && s->stdin_once)
		container_stdin_close(s);
}

const struct client_events request_events = {.request = handle, .caught_up = caught_up, .gone = gone};
