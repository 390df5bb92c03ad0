// What a plan says, for those who do not execute it.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "wire.h"

// The user that the plan's credentials name.
uid_t plan_user(const struct plan *plan);

// Whom the standard streams belong to, as the host numbers users.
uid_t plan_stream_owner(const struct plan *plan);

// The first step with this opcode; false if there is none.
bool plan_find(const struct plan *plan, enum opcode opcode, struct step *step);
bool plan_has(const struct plan *plan, enum opcode opcode);

// The step at an index that the plan has.
void plan_step(const struct plan *plan, uint32_t index, struct step *step);

// Whether the program's process is born in a PID namespace that the plan enters.
bool plan_born_inside(const struct plan *plan);

// Whether the plan makes a procfs.
bool plan_makes_proc(const struct plan *plan);
