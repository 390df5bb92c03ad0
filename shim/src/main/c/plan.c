// Questions to a plan that are asked before, or apart from, its execution.

#include "plan.h"

uid_t plan_user(const struct plan *plan) {
	struct cursor cursor = plan->body;
	struct step step;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		if (step.opcode == STEP_CREDENTIALS)
			return (uid_t)step.numbers[0];
	}
	return 0;
}

uid_t plan_stream_owner(const struct plan *plan) {
	struct cursor cursor = plan->body;
	struct step step;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		if (step.opcode == STEP_STREAM_OWNER)
			return (uid_t)step.numbers[0];
	}
	return plan_user(plan);
}

bool plan_has(const struct plan *plan, enum opcode opcode) {
	struct cursor cursor = plan->body;
	struct step step;
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		if (step.opcode == opcode)
			return true;
	}
	return false;
}
