// What went wrong, recorded where the call failed.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FAIL_NAME 64
#define FAIL_SUBJECT 256
#define FAIL_DETAIL 256
// Payload of FAILED: two numbers, the step's name, the subject and the detail.
#define FAIL_ENCODED (8 + 3 * 5 + FAIL_NAME + FAIL_SUBJECT + FAIL_DETAIL)

struct fail {
	int step;
	int error;
	char name[FAIL_NAME];
	char subject[FAIL_SUBJECT];
	char detail[FAIL_DETAIL];
};

// Records the subject and the error number; returns -1.
int fail_with(struct fail *fail, const char *subject, int error);

// Adds to the detail, what the error number does not say. Bytes that are no text are shown as '?'.
void fail_say(struct fail *fail, const char *text);

// Both at once.
int fail_because(struct fail *fail, const char *subject, int error, const char *detail);

// As fail_with, outside of the plan's steps, with the name of what failed.
int fail_at(struct fail *fail, const char *name, const char *subject, int error);

// Names the step of the plan that has failed; returns -1.
int fail_step(struct fail *fail, int step, const char *name);

// The payload of a FAILED frame; returns its size.
size_t fail_encode(const struct fail *fail, uint8_t *out);

// Takes over what a child has encoded; returns -1.
int fail_decode(struct fail *fail, const uint8_t *bytes, size_t size);
