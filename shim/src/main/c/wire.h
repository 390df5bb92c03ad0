// Decoding of launches and plans. Nothing is copied: strings point into the encoded bytes, which must stay.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

#define STEP_STRINGS 2
#define STEP_NUMBERS 6
#define STEP_LISTS 3

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
	bool bad;
};

// Elements of a list, or plain bytes; checked when the plan was decoded.
struct list {
	uint32_t count;
	struct cursor body;
};

// One step with its fields by kind, each kind in the order of protocol.h.
struct step {
	enum opcode opcode;
	const char *name;
	const char *strings[STEP_STRINGS];
	uint64_t numbers[STEP_NUMBERS];
	struct list lists[STEP_LISTS];
};

struct plan {
	uint64_t clone_flags;
	const char *cgroup2;
	uint32_t descriptors;
	uint32_t steps;
	struct cursor body;
};

struct launch {
	uint8_t kind;
	const char *id;
	const char *directory;
	uint32_t flags;
	const char *log_directory;
	const char *log_path;
	const char *oom_file;
	uint32_t limit_ms;
	struct plan plan;
};

struct exec_request {
	uint32_t flags;
	uint32_t drain_ms;
	struct plan plan;
};

uint8_t read_u8(struct cursor *cursor);
uint32_t read_u32(struct cursor *cursor);
uint64_t read_u64(struct cursor *cursor);
const char *read_string(struct cursor *cursor);

// The next step of a plan's body; false and a bad cursor if it is malformed.
bool read_step(struct cursor *cursor, uint32_t descriptors, struct step *step);

// Both are true only if every byte was understood and every bound kept.
bool decode_launch(const void *bytes, size_t size, struct launch *launch);
bool decode_exec(const void *bytes, size_t size, struct exec_request *request);
