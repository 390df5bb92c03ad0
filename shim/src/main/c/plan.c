// Questions to a plan that are asked before, or apart from, its execution.

#include "plan.h"

#include <sched.h>
#include <string.h>

bool plan_find(const struct plan *plan, enum opcode opcode, struct step *step) {
	struct cursor cursor = plan->body;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, step); i++) {
		if (step->opcode == opcode)
			return true;
	}
	return false;
}

void plan_step(const struct plan *plan, uint32_t index, struct step *step) {
	struct cursor cursor = plan->body;
	for (uint32_t i = 0; i <= index && read_step(&cursor, plan->descriptors, step); i++)
		;
}

bool plan_has(const struct plan *plan, enum opcode opcode) {
	struct step step;
	return plan_find(plan, opcode, &step);
}

uid_t plan_user(const struct plan *plan) {
	struct step step;
	return plan_find(plan, STEP_CREDENTIALS, &step) ? (uid_t)step.numbers[0] : 0;
}

uid_t plan_stream_owner(const struct plan *plan) {
	struct step step;
	return plan_find(plan, STEP_STREAM_OWNER, &step) ? (uid_t)step.numbers[0] : plan_user(plan);
}

bool plan_born_inside(const struct plan *plan) {
	struct cursor cursor = plan->body;
	struct step step;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		if (step.opcode == STEP_ENTER_NAMESPACES && step.numbers[1] & CLONE_NEWPID)
			return true;
	}
	return false;
}

bool plan_makes_proc(const struct plan *plan) {
	struct cursor cursor = plan->body;
	struct step step;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		if (step.opcode == STEP_CREATE_MOUNT && strcmp(step.strings[0], "proc") == 0)
			return true;
	}
	return false;
}
