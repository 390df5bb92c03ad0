// The poll set.

#include <sys/epoll.h>

#include "io.h"
#include "supervisor.h"

// With no events wanted the descriptor leaves the set: EPOLLHUP would be reported for ever otherwise.
static int set(struct supervisor *s, struct watch *watch, uint32_t events) {
	struct epoll_event event = {.events = events, .data.ptr = watch};
	int operation = events == 0 ? EPOLL_CTL_DEL : watch->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
	if (watch->fd < 0 || watch->events == events)
		return 0;
	watch->events = events;
	return epoll_ctl(s->epoll, operation, watch->fd, &event);
}

int watch_add(struct supervisor *s, struct watch *watch, uint32_t events) {
	watch->events = 0;
	return set(s, watch, events);
}

void watch_change(struct supervisor *s, struct watch *watch, uint32_t events) {
	set(s, watch, events);
}

// Removed by hand: a duplicate of the descriptor elsewhere would keep a closed one in the set.
void watch_close(struct supervisor *s, struct watch *watch) {
	set(s, watch, 0);
	drop(&watch->fd);
}
