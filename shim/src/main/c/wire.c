#include "wire.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the wire format is read as it lies in memory: little-endian hosts only"
#endif

static const uint8_t *take(struct cursor *cursor, size_t size) {
	if (cursor->bad || (size_t)(cursor->end - cursor->at) < size) {
		cursor->bad = true;
		return NULL;
	}
	const uint8_t *taken = cursor->at;
	cursor->at += size;
	return taken;
}

uint8_t read_u8(struct cursor *cursor) {
	const uint8_t *taken = take(cursor, 1);
	return taken ? *taken : 0;
}

uint32_t read_u32(struct cursor *cursor) {
	uint32_t value = 0;
	const uint8_t *taken = take(cursor, sizeof value);
	if (taken)
		memcpy(&value, taken, sizeof value);
	return value;
}

uint64_t read_u64(struct cursor *cursor) {
	uint64_t value = 0;
	const uint8_t *taken = take(cursor, sizeof value);
	if (taken)
		memcpy(&value, taken, sizeof value);
	return value;
}

static bool read_bool(struct cursor *cursor) {
	uint8_t value = read_u8(cursor);
	if (value > 1)
		cursor->bad = true;
	return value == 1;
}

const char *read_string(struct cursor *cursor) {
	uint32_t length = read_u32(cursor);
	if (length > LIMIT_STRING)
		cursor->bad = true;
	const uint8_t *text = take(cursor, (size_t)length + 1);
	if (!text || memchr(text, 0, (size_t)length + 1) != text + length) {
		cursor->bad = true;
		return "";
	}
	return (const char *)text;
}

static struct list read_list(struct cursor *cursor, char kind) {
	struct list list = {.count = read_u32(cursor), .body = *cursor};
	if (list.count > (kind == 'y' ? LIMIT_FRAME : LIMIT_LIST))
		cursor->bad = true;
	if (kind == 'y')
		take(cursor, list.count);
	for (uint32_t i = 0; kind != 'y' && i < list.count && !cursor->bad; i++) {
		if (kind == 'L')
			read_string(cursor);
		else
			read_u32(cursor);
	}
	list.body.end = cursor->at;
	return list;
}

static uint64_t read_number(struct cursor *cursor, char kind, uint32_t descriptors) {
	if (kind == 'q')
		return read_u64(cursor);
	if (kind == 'b')
		return read_bool(cursor);
	uint32_t value = read_u32(cursor);
	bool slot = kind == 't' && value >= LIMIT_SLOTS;
	bool descriptor = kind == 'd' && value != (uint32_t)DESCRIPTOR_INIT && value >= descriptors;
	if (slot || descriptor)
		cursor->bad = true;
	return value;
}

static void read_fields(struct cursor *cursor, const char *fields, uint32_t descriptors, struct step *step) {
	size_t strings = 0;
	size_t numbers = 0;
	size_t lists = 0;
	for (; *fields; fields++) {
		if (*fields == 's' && strings < STEP_STRINGS)
			step->strings[strings++] = read_string(cursor);
		else if (strchr("Lgy", *fields) && lists < STEP_LISTS)
			step->lists[lists++] = read_list(cursor, *fields);
		else if (numbers < STEP_NUMBERS)
			step->numbers[numbers++] = read_number(cursor, *fields, descriptors);
		else
			cursor->bad = true;
	}
}

static const struct {
	const char *name;
	const char *fields;
} formats[STEP_COUNT] = {
#define X(code, upper, lower, fields) [code] = {#lower, fields},
    PROTOCOL_STEPS(X)
#undef X
};

bool read_step(struct cursor *cursor, uint32_t descriptors, struct step *step) {
	uint8_t code = read_u8(cursor);
	if (code == 0 || code >= STEP_COUNT) {
		cursor->bad = true;
		return false;
	}
	*step = (struct step){.opcode = (enum opcode)code, .name = formats[code].name};
	read_fields(cursor, formats[code].fields, descriptors, step);
	return !cursor->bad;
}

static bool is_program(const struct step *step) {
	return step->opcode == STEP_EXEC || step->opcode == STEP_RUNTIME_CALL;
}

// A plan that ends in a program must have it last; a sandbox's has none.
static bool read_plan(struct cursor *cursor, bool program, struct plan *plan) {
	plan->clone_flags = read_u64(cursor);
	plan->cgroup2 = read_string(cursor);
	plan->descriptors = read_u32(cursor);
	plan->steps = read_u32(cursor);
	plan->body = *cursor;
	if (cursor->bad || plan->descriptors > LIMIT_DESCRIPTORS || plan->steps > LIMIT_STEPS)
		return false;
	struct step step = {.opcode = 0};
	for (uint32_t i = 0; i < plan->steps; i++) {
		if (is_program(&step) || !read_step(cursor, plan->descriptors, &step))
			return false;
	}
	return (is_program(&step) && step.lists[0].count > 0) == program && cursor->at == cursor->end;
}

bool decode_launch(const void *bytes, size_t size, struct launch *launch) {
	if (size > LIMIT_LAUNCH)
		return false;
	struct cursor cursor = {.at = bytes, .end = (const uint8_t *)bytes + size};
	if (read_u32(&cursor) != PROTOCOL_MAGIC || read_u32(&cursor) != PROTOCOL_VERSION)
		return false;
	launch->kind = read_u8(&cursor);
	launch->id = read_string(&cursor);
	launch->directory = read_string(&cursor);
	launch->flags = read_u32(&cursor);
	launch->log_directory = read_string(&cursor);
	launch->log_path = read_string(&cursor);
	launch->oom_file = read_string(&cursor);
	launch->limit_ms = read_u32(&cursor);
	if (cursor.bad || launch->kind > KIND_SANDBOX || launch->directory[0] != '/' ||
	    launch->limit_ms > LIMIT_LAUNCH_MS)
		return false;
	return read_plan(&cursor, launch->kind == KIND_CONTAINER, &launch->plan);
}

bool decode_exec(const void *bytes, size_t size, struct exec_request *request) {
	struct cursor cursor = {.at = bytes, .end = (const uint8_t *)bytes + size};
	request->flags = read_u32(&cursor);
	request->drain_ms = read_u32(&cursor);
	if (cursor.bad || request->drain_ms > LIMIT_DRAIN_MS)
		return false;
	return read_plan(&cursor, true, &request->plan) && request->plan.descriptors == 0;
}
