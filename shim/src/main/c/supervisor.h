// The supervisor of one container or sandbox: everything it holds, and who answers which event.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "child.h"
#include "fail.h"
#include "wire.h"

#define LIMIT_CONNECTIONS 256
#define READ_SIZE 65536
// Idle for this long, buffers are given back to the kernel and half lines are written.
#define IDLE_MS 1000
// How often a cgroup whose last processes are dying is tried again, and for how long.
#define REMOVAL_MS 10
#define REMOVAL_TRIES 500
// How long a container's end waits for whoever still holds its output, and for clients to take their answers.
#define END_DRAIN_MS 1000
#define END_FLUSH_MS 1000
// The same for attached clients that are behind and go on taking.
#define END_BEHIND_MS 10000
// An attached client that is behind is waited for until it has taken nothing for this long.
#define STALL_MS 200
// How long a launch that is given up on is waited for: its process may hang in the kernel.
#define KILL_LIMIT_MS 2000

struct supervisor;

// A descriptor in the poll set and what to do when it is ready.
struct watch {
	int fd;
	uint32_t events;
	void (*ready)(struct supervisor *, struct watch *, uint32_t events);
};

#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

// One output stream of the container, with the end of its last read that is not yet a line.
struct stream {
	struct watch watch;
	enum frame_type frame;
	const char *tag;
	uint8_t *buffer;
	size_t tail;
	bool unended; // the last record was a piece of a line
};

struct log {
	int directory;
	int fd;
	char *path;
	uint8_t *out;
	size_t size;
	bool torn; // the last write stopped inside a record
	uint64_t lost;
};

struct connection {
	struct watch watch;
	uint8_t header[FRAME_HEADER];
	size_t header_size;
	uint8_t *body;
	size_t body_size;
	size_t body_done; // of a body that has come: how much of it standard input has taken
	uint8_t *pending;
	size_t pending_size;
	size_t pending_done;
	bool subscribed;
	bool attached;
	bool overdue; // attached, and waited for no more: what it cannot take at once it misses
	bool told;    // that it misses output
	int untaken;  // what the socket held at the last look
	uint64_t look_at;
	bool wrote_stdin;
	bool waiting; // for standard input to take the rest of the body
	bool closing;
	struct execution *execution;
	struct connection *next;
};

// A command in the container. It ends with its connection, or the other way round.
struct execution {
	struct watch channel;
	struct watch out;
	struct watch err;
	struct watch in;
	pid_t pid; // see struct process; 0 if nobody is known that could be signalled
	bool ready;
	bool born_inside;
	bool driven; // by another runtime, which says who the command's process is when it runs
	bool filtered;
	bool started;
	bool failed;
	bool exited;
	bool killed; // whoever is born yet is killed too
	int status;
	uint32_t drain_ms;
	uint64_t deadline;
	char *cgroup;
	bool own_cgroup;
	int removal_tries;
	bool finished;
	struct connection *connection;
	struct execution *next;
};

// How a connection, which only moves frames, reaches those who know what they mean.
struct client_events {
	// False if the rest of the body must wait for standard input.
	bool (*request)(struct supervisor *, struct connection *, enum frame_type);
	void (*caught_up)(struct supervisor *, struct connection *);
	void (*gone)(struct supervisor *, struct connection *);
};

struct supervisor {
	int epoll;
	int directory;
	int result;
	struct watch signals;
	struct watch listener;
	struct stream out;
	struct stream err;
	struct watch in;
	bool stdin_once;
	uint32_t limit_ms; // for the way to the program
	struct log log;
	pid_t self;
	pid_t init;
	int init_pidfd;
	uint64_t init_start;
	uint64_t init_flags;
	char *cgroup2;
	char *oom_file;
	char oom_score_adj[8];
	uint8_t *scratch;
	bool paused; // output is not read while attached clients are behind
	bool hot;    // buffers hold memory that can be given back
	bool sandbox;
	bool running; // the container: from now on its end is the supervisor's only reason to end
	bool ended;
	bool terminated;
	uint64_t end_deadline;
	uint8_t record[EXIT_RECORD_BYTES];
	const struct client_events *clients;
	struct connection *connections;
	size_t connection_count;
	struct execution *executions;
};

// The files below stand in layers: each calls those above it in this list, never one below. Make's check holds that.

// watch.c: the poll set.
int watch_add(struct supervisor *s, struct watch *watch, uint32_t events);
void watch_change(struct supervisor *s, struct watch *watch, uint32_t events);
void watch_close(struct supervisor *s, struct watch *watch);

// stdio.c: the ends that a process gets and the ends that are kept.
int stdio_pipes(struct stdio *child, struct stdio *own, uint32_t flags, uid_t user);
int stdio_nonblocking(int fd);
void stdio_drop(struct stdio *stdio);

// cgroup.c
int cgroup_make(const char *path, const char *parent);
void cgroup_kill(const char *path);

// Moves processes of a cgroup into another one; to be repeated until none is left.
void cgroup_move(const char *from, const char *to);

// log.c: see there.
int log_open(struct log *log, const char *directory, const char *path, struct fail *fail);
int log_reopen(struct log *log);
enum log_moment { LOG_FLOWS, LOG_PAUSES, LOG_ENDS };
void log_feed(struct log *log, struct stream *stream, size_t size, enum log_moment moment);
bool log_prepare(struct log *log, struct stream *stream);
void log_idle(struct log *log, struct stream *stream);
void log_end(struct log *log, struct stream *stream);
void log_release(struct log *log);
void log_close(struct log *log);

// buffers.c
uint8_t *buffers_scratch(struct supervisor *s);
void buffers_release(struct supervisor *s);

// record.c: the files in the object's directory.
int record_pids(struct supervisor *s, struct fail *fail);
void record_exit(struct supervisor *s, int status, bool oom_killed, bool log_complete);
bool oom_killed(const char *file);

// process.c: starting a process.
struct process {
	pid_t pid; // once it is ready, that of the program; until then perhaps of the one that it will be born of
	int pidfd;
	int channel;
	int terminal;
	bool ready;
	bool born_inside; // so the one that was started is not the one that will be the program
};

struct process_request {
	const struct plan *plan;
	struct stdio stdio;
	int init_pidfd;
	const char *oom_score_adj;
	uint32_t *step; // shared with the process, which writes here which one it executes; or NULL
};

int process_start(const struct process_request *request, struct process *process, struct fail *fail);

enum channel_state { CHANNEL_AGAIN, CHANNEL_HEARD, CHANNEL_READY, CHANNEL_STARTED, CHANNEL_FAILED, CHANNEL_CLOSED };

// The next message of a starting process. FAILED leaves its payload in `message`, after its first byte.
#define CHANNEL_MESSAGE (1 + FAIL_ENCODED)
enum channel_state process_listen(struct process *process, uint8_t *message, size_t *size, int flags);
int process_go(struct process *process);

// Whether a process whose channel is closed has become its program; asked before it is reaped.
bool process_runs_program(pid_t pid);

// Says why a process ended before its program ran, when it has not said so itself; returns -1.
struct circumstances {
	bool filtered;
	bool out_of_memory;
};

int process_died(struct fail *fail, int status, const struct circumstances *known);

// connection.c: clients, their frames in and out.
int connections_listen(struct supervisor *s, struct fail *fail);
bool connection_send(struct supervisor *s, struct connection *c, enum frame_type type, const void *bytes, size_t size);
void connection_done(struct supervisor *s, struct connection *c, int error);
void connection_resume(struct supervisor *s, struct connection *c);
void connection_close(struct supervisor *s, struct connection *c);
void connections_broadcast(struct supervisor *s, enum frame_type type, const void *bytes, size_t size);
bool connections_behind(const struct supervisor *s);
void connections_settle(struct supervisor *s, uint64_t until);
void connections_tick(struct supervisor *s);
int connections_timeout(const struct supervisor *s);
bool connections_flushed(const struct supervisor *s);

// execution.c
void execution_begin(struct supervisor *s, struct connection *c, const struct exec_request *request);
void executions_hear(struct supervisor *s, pid_t ended);
void execution_reaped(struct supervisor *s, struct execution *e, int status);
void execution_kill(struct supervisor *s, struct execution *e);
void execution_abandon(struct supervisor *s, struct execution *e);
void execution_resume(struct supervisor *s, struct execution *e);
bool executions_unborn(const struct supervisor *s);
pid_t executions_ended(const struct supervisor *s);
void executions_tick(struct supervisor *s);
int executions_timeout(const struct supervisor *s);

// container.c: launching the container, its streams and its end.
int container_launch(struct supervisor *s, const struct launch *launch, struct fail *fail);
void container_ended(struct supervisor *s, int status);
void container_stdin_close(struct supervisor *s);
void container_tick(struct supervisor *s);

// sandbox.c
int sandbox_launch(struct supervisor *s, const struct launch *launch, struct fail *fail);

// request.c: what clients ask for.
extern const struct client_events request_events;

// supervise.c: the loop.
int signals_watch(struct supervisor *s);
void supervise(struct supervisor *s);
