// The standard streams of a process, both ends.

#include <fcntl.h>
#include <unistd.h>

#include "io.h"
#include "supervisor.h"

int stdio_nonblocking(int fd) {
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// A pipe whose far end belongs to the process's user, so that it can open /dev/stdout again.
static int make_pipe(int *own, int *child, bool own_writes, uid_t user) {
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	*own = ends[own_writes ? 1 : 0];
	*child = ends[own_writes ? 0 : 1];
	return fchown(*child, user, (gid_t)-1) < 0 ? -1 : stdio_nonblocking(*own);
}

// A terminal is made later, by the process.
int stdio_pipes(struct stdio *child, struct stdio *own, uint32_t flags, uid_t user) {
	*child = (struct stdio){.in = 0, .out = -1, .err = -1, .terminal = flags & FLAG_TERMINAL};
	*own = (struct stdio){.in = -1, .out = -1, .err = -1};
	if (child->terminal)
		return 0;
	if (flags & FLAG_STDIN && make_pipe(&own->in, &child->in, true, user) < 0)
		return -1;
	if (make_pipe(&own->out, &child->out, false, user) < 0)
		return -1;
	return make_pipe(&own->err, &child->err, false, user);
}

void stdio_drop(struct stdio *stdio) {
	if (stdio->in > 0)
		drop(&stdio->in);
	drop(&stdio->out);
	drop(&stdio->err);
}
