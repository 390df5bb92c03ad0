// The process that executes a plan: its state, and one function for each step.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "fail.h"
#include "wire.h"

// Messages of the channel between the supervisor and the child, one byte each; FAILED is followed by its payload.
#define CHILD_READY 'R'
#define CHILD_FAILED 'F'
#define CHILD_TERMINAL 'T'
#define CHILD_GO 'G'
// Another runtime's container runs its program.
#define CHILD_STARTED 'S'

struct stdio {
	int in;
	int out;
	int err;
	bool terminal;
};

struct child {
	const struct plan *plan;
	int init_pidfd; // of the container an exec runs in, or -1
	int channel;    // to the supervisor, or -1 in a sandbox, which executes its plan itself
	struct stdio stdio;
	const char *oom_score_adj; // to be restored if the plan says nothing, or NULL
	int proc_context;          // of the PID namespace that was entered, or -1
	int proc_self;             // the host's /proc/self, for files that the container's /proc may hide
	int root;
	int null_tree;
	int empty_tree;
	bool null_attached;
	bool empty_attached;
	int slots[LIMIT_SLOTS];
	mode_t umask;
	uint32_t *step;   // where the supervisor looks which one is being executed, or NULL
	char **arguments; // of the program
	char **environment;
	bool born_inside; // the program's process is yet to be born, in the PID namespace that this one has only named
	bool own_mounts;  // the mount namespace is this plan's: nothing attached is seen by the host
	bool session;
	bool sealed;
};

void child_prepare(struct child *child, const struct plan *plan);

// Executes the steps; on failure the fail names the step.
int child_steps(struct child *child, struct fail *fail);

// Ends this process, whatever a filter forbids.
_Noreturn void child_end(int code);

// Takes the program's arguments and environment out of the plan.
int program_load(struct child *child, struct fail *fail);

// Executes the steps of a plan that ends in a program; reports to the channel and ends the process if one fails.
_Noreturn void child_run(struct child *child);

// Announces the program over the channel, waits for the supervisor's word and closes what the program may not have.
int child_seal(struct child *child, struct fail *fail);

// Makes this process the leader of a session, with the terminal if there is one.
int session_lead(struct child *child, struct fail *fail);

#define X(code, upper, lower, fields) int step_##lower(struct child *child, const struct step *step, struct fail *fail);
PROTOCOL_STEPS(X)
#undef X
