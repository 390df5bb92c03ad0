#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "plan.h"

#define DEFAULT_UMASK 022

static int (*const steps[STEP_COUNT])(struct child *, const struct step *, struct fail *) = {
#define X(code, upper, lower, fields) [code] = step_##lower,
    PROTOCOL_STEPS(X)
#undef X
};

void child_prepare(struct child *child, const struct plan *plan) {
	*child = (struct child){
	    .plan = plan,
	    .init_pidfd = -1,
	    .channel = -1,
	    .stdio = {.in = -1, .out = -1, .err = -1},
	    .proc_context = -1,
	    .proc_self = -1,
	    .root = -1,
	    .null_tree = -1,
	    .empty_tree = -1,
	    .umask = DEFAULT_UMASK,
	};
	for (size_t i = 0; i < LIMIT_SLOTS; i++)
		child->slots[i] = -1;
}

// What must be opened while the host's files can still be seen.
static int open_host(struct child *child, struct fail *fail) {
	child->proc_self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (child->proc_self < 0)
		return fail_at(fail, "open", "/proc/self", errno);
	if (plan_has(child->plan, STEP_MASK)) {
		child->null_tree = sys_open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (child->null_tree < 0)
			return fail_at(fail, "open_tree", "/dev/null", errno);
	}
	if (child->oom_score_adj)
		write_into(child->proc_self, "oom_score_adj", child->oom_score_adj);
	if (child->plan->clone_flags & CLONE_NEWNS) {
		if (sys_mount_propagation("/", MS_REC | MS_SLAVE) < 0)
			return fail_at(fail, "mount", "/ slave", errno);
		child->own_mounts = true;
	}
	return 0;
}

int child_steps(struct child *child, struct fail *fail) {
	// Modes in the plan are meant as they stand; the program's own mask is set last.
	umask(0);
	if (open_host(child, fail) < 0)
		return -1;
	struct cursor cursor = child->plan->body;
	for (uint32_t i = 0; i < child->plan->steps; i++) {
		struct step step;
		if (!read_step(&cursor, child->plan->descriptors, &step))
			return fail_at(fail, "decode", "plan", EBADMSG);
		if (child->step)
			*child->step = i;
		// A filter may forbid whatever is not needed to replace the process: do everything else before it.
		bool last_filter = step.opcode == STEP_SECCOMP && i + 2 == child->plan->steps;
		if (last_filter && child_seal(child, fail) < 0)
			return fail_step(fail, (int)i, "seal");
		if (steps[step.opcode](child, &step, fail) < 0)
			return fail_step(fail, (int)i, step.name);
	}
	return 0;
}

void child_run(struct child *child) {
	struct fail fail = {.step = -1};
	if (program_load(child, &fail) == 0)
		child_steps(child, &fail);
	if (fail.error == ENOMEM && !fail.detail[0])
		fail_say(&fail, "the memory limit is too small to start a process, or the host is out of memory");
	uint8_t message[1 + FAIL_ENCODED] = {CHILD_FAILED};
	size_t size = fail_encode(&fail, message + 1);
	// write, not send: it is what a filter that is already in force is most likely to allow
	ssize_t ignored = write(child->channel, message, 1 + size);
	(void)ignored;
	child_end(127);
}
