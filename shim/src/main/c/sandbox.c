// A sandbox: the supervisor itself enters the pod's namespaces and holds them.

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "supervisor.h"

// Slots are many and needed only here: they live on a part of the stack that is never used again.
static __attribute__((noinline)) int execute(const struct plan *plan, struct fail *fail) {
	struct child child;
	child_prepare(&child, plan);
	int result = child_steps(&child, fail);
	drop(&child.proc_self);
	drop(&child.root);
	drop(&child.null_tree);
	drop(&child.empty_tree);
	for (size_t i = 0; i < LIMIT_SLOTS; i++)
		drop(&child.slots[i]);
	return result;
}

int sandbox_launch(struct supervisor *s, const struct launch *launch, struct fail *fail) {
	s->sandbox = true;
	s->cgroup2 = strdup("");
	if (!s->cgroup2)
		return fail_at(fail, "allocate", "paths", ENOMEM);
	s->init = s->self;
	// while the host's /proc is there: the plan may leave this process a root with nothing in it
	s->init_start = stat_field("self", STAT_START_TIME);
	if (execute(&launch->plan, fail) < 0)
		return -1;
	// the directory that was current may be the host's; the holder's own root is the place to stand
	if (chdir("/") < 0)
		return fail_at(fail, "chdir", "/", errno);
	return record_pids(s, fail);
}
