// berth-shim: starts one container, or holds one pod's namespaces, and answers for it until its end.
//
// Descriptors at the start: 0, 1, 2 /dev/null; 3 the encoded launch; 4 the object's lock; 5 the result pipe; 6 and on
// those of the plan. The process that is started forks the supervisor and ends at once.

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "supervisor.h"

#define LAST_SIGNAL 64
#define LAUNCH_DESCRIPTOR 3
#define RESULT_DESCRIPTOR 5
#define SUPERVISOR_OOM_SCORE "-998"

static int send_result(int result, enum frame_type type, const void *payload, size_t size) {
	uint8_t frame[FRAME_HEADER + FAIL_ENCODED];
	uint32_t length = (uint32_t)size;
	memcpy(frame, &length, sizeof length);
	frame[4] = (uint8_t)type;
	memcpy(frame + FRAME_HEADER, payload, size);
	return write_all(result, frame, FRAME_HEADER + size);
}

static int send_failure(int result, const struct fail *fail) {
	uint8_t payload[FAIL_ENCODED];
	send_result(result, FRAME_FAILED, payload, fail_encode(fail, payload));
	return 1;
}

// Decodes in place; the memory is sealed, so that what was checked is what is executed.
static int read_launch(struct launch *launch, void **bytes, size_t *size, struct fail *fail) {
	struct stat file;
	if (fstat(LAUNCH_DESCRIPTOR, &file) < 0 || file.st_size <= 0)
		return fail_at(fail, "decode", "launch", EBADMSG);
	if (file.st_size > LIMIT_LAUNCH)
		return fail_at(fail, "decode", "launch", E2BIG);
	*size = (size_t)file.st_size;
	*bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, LAUNCH_DESCRIPTOR, 0);
	if (*bytes == MAP_FAILED)
		return fail_at(fail, "mmap", "launch", errno);
	if (!decode_launch(*bytes, *size, launch))
		return fail_at(fail, "decode", "launch", EBADMSG);
	return 0;
}

// The daemon's runtime may ignore signals, even those that the C library hides from its own sigaction; what is ignored
// would stay so in the container.
static void reset_signals(void) {
	struct {
		uint64_t words[4];
	} defaults = {{0}};
	for (int number = 1; number <= LAST_SIGNAL; number++)
		syscall(SYS_rt_sigaction, number, &defaults, NULL, LAST_SIGNAL / 8);
}

// What the supervisor is, apart from what it supervises.
static int settle(struct supervisor *s, const struct launch *launch, struct fail *fail) {
	char self[DECIMAL];
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	reset_signals();
	setsid();
	umask(022);
	prctl(PR_SET_NAME, "berth-shim", 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	// As the host numbers processes: in a pod's own PID namespace this process is 1.
	ssize_t length = readlink("/proc/self", self, sizeof self - 1);
	if (length <= 0)
		return fail_at(fail, "readlink", "/proc/self", errno);
	self[length] = 0;
	s->self = atoi(self);
	if (read_small(AT_FDCWD, "/proc/self/oom_score_adj", s->oom_score_adj, sizeof s->oom_score_adj) < 0)
		return fail_at(fail, "read", "oom_score_adj", errno);
	// Without CAP_SYS_RESOURCE this is refused, and the supervisor is as killable as its container.
	write_into(AT_FDCWD, "/proc/self/oom_score_adj", SUPERVISOR_OOM_SCORE);
	s->directory = open(launch->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->directory < 0 || chdir("/") < 0)
		return fail_at(fail, "open directory", launch->directory, errno);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->epoll < 0 || signals_watch(s) < 0)
		return fail_at(fail, "epoll", "", errno);
	return 0;
}

static int launch_object(struct supervisor *s, const struct launch *launch, struct fail *fail) {
	if (settle(s, launch, fail) < 0 || connections_listen(s, fail) < 0)
		return -1;
	int result = launch->kind == KIND_SANDBOX ? sandbox_launch(s, launch, fail) : container_launch(s, launch, fail);
	if (result < 0)
		unlinkat(s->directory, "pid", 0);
	if (result < 0 || watch_add(s, &s->listener, EPOLLIN) < 0 || watch_add(s, &s->signals, EPOLLIN) < 0) {
		unlinkat(s->directory, "shim.sock", 0);
		return -1;
	}
	return 0;
}

static void report_started(const struct supervisor *s) {
	uint8_t payload[12];
	memcpy(payload, &s->init, 4);
	memcpy(payload + 4, &s->init_start, 8);
	// A daemon that has died meanwhile reads nothing; its successor finds the socket.
	send_result(RESULT_DESCRIPTOR, FRAME_STARTED, payload, sizeof payload);
}

// Namespaces of the plan's descriptors are held by whoever is in them: none need stay open here.
static void close_inherited(uint32_t descriptors) {
	close(LAUNCH_DESCRIPTOR);
	close(RESULT_DESCRIPTOR);
	for (uint32_t i = 0; i < descriptors; i++)
		close(FIRST_DESCRIPTOR + (int)i);
}

static int run(struct launch *launch, void *bytes, size_t size) {
	struct supervisor s = {
	    .epoll = -1,
	    .directory = -1,
	    .init_pidfd = -1,
	    .clients = &request_events,
	    .out = {.watch = {.fd = -1}},
	    .err = {.watch = {.fd = -1}},
	    .in = {.fd = -1},
	    .log = {.directory = -1, .fd = -1},
	};
	struct fail fail = {.step = -1};
	if (launch_object(&s, launch, &fail) < 0)
		return send_failure(RESULT_DESCRIPTOR, &fail);
	// POINT OF NO RETURN: a program runs that only this process can wait for. It may not end on its own any more.
	s.running = true;
	report_started(&s);
	close_inherited(launch->plan.descriptors);
	munmap(bytes, size);
	// The init may have ended before anybody listened for it. Not raise: the C library has not seen the clone, and
	// would signal the thread that it remembers.
	kill(getpid(), SIGCHLD);
	supervise(&s);
	unlinkat(s.directory, "shim.sock", 0);
	return 0;
}

// Descriptors that leaked from the daemon are closed; those that were passed do not leak further.
static int isolate(const struct plan *plan) {
	if (sys_close_range(FIRST_DESCRIPTOR + plan->descriptors, 0) < 0)
		return -1;
	return sys_close_range(LAUNCH_DESCRIPTOR, CLOSE_RANGE_CLOEXEC);
}

int main(void) {
	struct launch launch = {.kind = 0};
	struct fail fail = {.step = -1};
	void *bytes = NULL;
	size_t size = 0;
	if (read_launch(&launch, &bytes, &size, &fail) < 0)
		return send_failure(RESULT_DESCRIPTOR, &fail);
	if (isolate(&launch.plan) < 0) {
		fail_at(&fail, "close_range", "", errno);
		return send_failure(RESULT_DESCRIPTOR, &fail);
	}
	struct clone_args args = {
	    .flags = launch.kind == KIND_SANDBOX ? launch.plan.clone_flags : 0,
	    .exit_signal = SIGCHLD,
	};
	pid_t pid = sys_clone3(&args);
	if (pid < 0) {
		fail_at(&fail, "clone3", "supervisor", errno);
		return send_failure(RESULT_DESCRIPTOR, &fail);
	}
	return pid > 0 ? 0 : run(&launch, bytes, size);
}
