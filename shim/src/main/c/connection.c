// Clients: frames in, frames out. Output waits for attached clients that are behind, as long as they go on.

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "io.h"
#include "supervisor.h"

#define SOCKET_NAME "shim.sock"
// More than this is never held back for a client: one read of output, and answers of a few bytes.
#define LIMIT_PENDING (READ_SIZE + 8192)

void connection_close(struct supervisor *s, struct connection *c) {
	struct connection **link = &s->connections;
	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
	s->connection_count--;
	watch_close(s, &c->watch);
	s->clients->gone(s, c);
	free(c->body);
	free(c->pending);
	free(c);
}

static void update(struct supervisor *s, struct connection *c) {
	uint32_t wanted = c->waiting || c->closing ? EPOLLRDHUP : EPOLLRDHUP | EPOLLIN;
	watch_change(s, &c->watch, wanted | (c->pending ? EPOLLOUT : 0));
}

// What the client has not taken yet, and when to look again.
static void look(struct connection *c) {
	if (ioctl(c->watch.fd, SIOCOUTQ, &c->untaken) < 0)
		c->untaken = 0;
	c->look_at = monotonic_ms() + STALL_MS;
}

// gcc 12's analyzer loses sight of c->pending across the list of connections and calls it a leak.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

// Keeps what the socket did not take. A client for which that would be too much is let go.
static bool hold_back(struct supervisor *s, struct connection *c, const struct iovec *parts, size_t sent) {
	size_t total = parts[0].iov_len + parts[1].iov_len - sent;
	size_t held = c->pending_size - c->pending_done;
	if (held)
		memmove(c->pending, c->pending + c->pending_done, held);
	uint8_t *grown = held + total > LIMIT_PENDING ? NULL : realloc(c->pending, held + total);
	if (!grown) {
		c->closing = true;
		shutdown(c->watch.fd, SHUT_RDWR);
		return false;
	}
	c->pending = grown;
	c->pending_size = held + total;
	c->pending_done = 0;
	size_t skip = sent < parts[0].iov_len ? sent : parts[0].iov_len;
	size_t head = parts[0].iov_len - skip;
	memcpy(grown + held, (const uint8_t *)parts[0].iov_base + skip, head);
	if (total > head)
		memcpy(grown + held + head, (const uint8_t *)parts[1].iov_base + (sent - skip), total - head);
	if (!held)
		look(c);
	update(s, c);
	return true;
}

#pragma GCC diagnostic pop

bool connection_send(struct supervisor *s, struct connection *c, enum frame_type type, const void *bytes, size_t size) {
	uint8_t header[FRAME_HEADER];
	uint32_t length = (uint32_t)size;
	memcpy(header, &length, sizeof length);
	header[4] = (uint8_t)type;
	struct iovec parts[2] = {{.iov_base = header, .iov_len = sizeof header},
	                         {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t sent = 0;
	if (c->closing)
		return false;
	if (!c->pending)
		sent = sendmsg(c->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent == (ssize_t)(sizeof header + size))
		return true;
	return hold_back(s, c, parts, sent > 0 ? (size_t)sent : 0);
}

void connection_done(struct supervisor *s, struct connection *c, int error) {
	connection_send(s, c, FRAME_DONE, &error, sizeof error);
}

// Output for attached clients. One that is behind misses it, and is told so once.
void connections_broadcast(struct supervisor *s, enum frame_type type, const void *bytes, size_t size) {
	for (struct connection *c = s->connections; c; c = c->next) {
		if (!c->attached)
			continue;
		if (!c->pending)
			connection_send(s, c, type, bytes, size);
		else if (!c->told)
			c->told = connection_send(s, c, FRAME_LOST, NULL, 0);
	}
}

static bool waited_for(const struct connection *c) {
	return c->attached && c->pending && !c->overdue && !c->closing;
}

// Whether more output would now be lost to a client that goes on taking.
bool connections_behind(const struct supervisor *s) {
	for (const struct connection *c = s->connections; c; c = c->next) {
		if (waited_for(c))
			return true;
	}
	return false;
}

// Progress shows in what the socket holds: it is writable again only when most of that is taken.
static void look_again(struct connection *c) {
	int before = c->untaken;
	if (monotonic_ms() < c->look_at)
		return;
	look(c);
	c->overdue = c->untaken >= before;
}

void connections_tick(struct supervisor *s) {
	for (struct connection *c = s->connections; c; c = c->next) {
		if (waited_for(c))
			look_again(c);
	}
}

int connections_timeout(const struct supervisor *s) {
	int timeout = -1;
	uint64_t now = monotonic_ms();
	for (const struct connection *c = s->connections; c; c = c->next) {
		int left = waited_for(c) && now < c->look_at ? (int)(c->look_at - now) : 0;
		if (waited_for(c) && (timeout < 0 || left < timeout))
			timeout = left;
	}
	return timeout;
}

bool connections_flushed(const struct supervisor *s) {
	for (const struct connection *c = s->connections; c; c = c->next) {
		if (c->pending)
			return false;
	}
	return true;
}

static bool send_pending(struct supervisor *s, struct connection *c) {
	size_t left = c->pending_size - c->pending_done;
	ssize_t sent = send(c->watch.fd, c->pending + c->pending_done, left, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		return errno == EAGAIN || errno == EINTR;
	c->pending_done += (size_t)sent;
	look(c);
	if (c->pending_done < c->pending_size)
		return true;
	free(c->pending);
	c->pending = NULL;
	c->pending_size = c->pending_done = 0;
	update(s, c);
	s->clients->caught_up(s, c);
	return true;
}

static void settle(struct supervisor *s, struct connection *c, uint64_t until) {
	struct pollfd wait = {.fd = c->watch.fd, .events = POLLOUT};
	while (waited_for(c)) {
		uint64_t now = monotonic_ms();
		if (now >= until)
			c->overdue = true;
		else if (poll(&wait, 1, (int)(until - now < STALL_MS ? until - now : STALL_MS)) > 0)
			c->closing = !send_pending(s, c);
		look_again(c);
	}
}

// Waits here, as the loop does between events, but not beyond a time: afterwards nobody is behind and still waited for.
void connections_settle(struct supervisor *s, uint64_t until) {
	for (struct connection *c = s->connections; c; c = c->next)
		settle(s, c, until);
}

static bool begin_body(struct connection *c) {
	uint32_t length;
	memcpy(&length, c->header, sizeof length);
	if (length > LIMIT_FRAME)
		return false;
	c->body = malloc(length + 1);
	c->body_size = 0;
	c->body_done = 0;
	return c->body;
}

static size_t body_length(const struct connection *c) {
	uint32_t length;
	memcpy(&length, c->header, sizeof length);
	return length;
}

static void end_body(struct connection *c) {
	free(c->body);
	c->body = NULL;
	c->body_done = 0;
	c->header_size = 0;
}

// Goes on with a frame that waited for standard input to take more.
void connection_resume(struct supervisor *s, struct connection *c) {
	if (c->body && c->body_size == body_length(c)) {
		c->waiting = !s->clients->request(s, c, (enum frame_type)c->header[4]);
		if (!c->waiting)
			end_body(c);
	}
	update(s, c);
}

// Reads what there is; false when the client is gone or talks nonsense.
static bool receive(struct supervisor *s, struct connection *c) {
	bool head = c->header_size < FRAME_HEADER;
	uint8_t *to = head ? c->header + c->header_size : c->body + c->body_size;
	size_t room = head ? FRAME_HEADER - c->header_size : body_length(c) - c->body_size;
	ssize_t count = room ? recv(c->watch.fd, to, room, MSG_DONTWAIT) : 0;
	if (count < 0)
		return errno == EAGAIN || errno == EINTR;
	if (count == 0 && room)
		return false;
	if (head)
		c->header_size += (size_t)count;
	else
		c->body_size += (size_t)count;
	if (head && c->header_size == FRAME_HEADER && !begin_body(c))
		return false;
	if (c->body && c->body_size == body_length(c))
		connection_resume(s, c);
	return true;
}

static void connection_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	struct connection *c = container_of(watch, struct connection, watch);
	bool alive = true;
	if (events & EPOLLOUT && c->pending)
		alive = send_pending(s, c);
	if (alive && events & EPOLLIN)
		alive = receive(s, c);
	else if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
		alive = false;
	if (!alive)
		connection_close(s, c);
}

static void listener_ready(struct supervisor *s, struct watch *watch, uint32_t events) {
	(void)events;
	AUTO_CLOSE int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0 || s->connection_count >= LIMIT_CONNECTIONS)
		return;
	struct connection *c = calloc(1, sizeof *c);
	if (!c)
		return;
	c->watch = (struct watch){.fd = fd, .ready = connection_ready};
	if (watch_add(s, &c->watch, EPOLLIN) < 0) {
		free(c);
		return;
	}
	fd = -1;
	c->next = s->connections;
	s->connections = c;
	s->connection_count++;
}

// The socket is bound through a descriptor of the directory, because a socket's path may have 107 bytes at most.
int connections_listen(struct supervisor *s, struct fail *fail) {
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/proc/self/fd/"};
	decimal(address.sun_path + strlen(address.sun_path), s->directory);
	strcat(address.sun_path, "/" SOCKET_NAME);
	unlinkat(s->directory, SOCKET_NAME, 0);
	s->listener = (struct watch){.ready = listener_ready};
	s->listener.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask = umask(0177);
	int result = bind(s->listener.fd, (struct sockaddr *)&address, sizeof address);
	umask(mask);
	if (result < 0 || listen(s->listener.fd, LIMIT_CONNECTIONS) < 0)
		return fail_at(fail, "listen", SOCKET_NAME, errno);
	return 0;
}
