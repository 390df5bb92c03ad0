#include "fail.h"

#include <string.h>

#include "wire.h"

static void copy(char *out, size_t size, const char *text) {
	size_t length = strnlen(text, size - 1);
	memcpy(out, text, length);
	out[length] = 0;
}

int fail_with(struct fail *fail, const char *subject, int error) {
	copy(fail->subject, sizeof fail->subject, subject);
	fail->error = error;
	return -1;
}

void fail_say(struct fail *fail, const char *text) {
	size_t length = strnlen(fail->detail, sizeof fail->detail - 1);
	for (; *text && length < sizeof fail->detail - 1; text++)
		fail->detail[length++] = (unsigned char)*text < ' ' || *text == 127 ? '?' : *text;
	fail->detail[length] = 0;
}

int fail_because(struct fail *fail, const char *subject, int error, const char *detail) {
	fail->detail[0] = 0;
	fail_say(fail, detail);
	return fail_with(fail, subject, error);
}

int fail_step(struct fail *fail, int step, const char *name) {
	fail->step = step;
	copy(fail->name, sizeof fail->name, name);
	return -1;
}

int fail_at(struct fail *fail, const char *name, const char *subject, int error) {
	fail_step(fail, -1, name);
	return fail_with(fail, subject, error);
}

static uint8_t *put_number(uint8_t *out, int value) {
	memcpy(out, &value, sizeof value);
	return out + sizeof value;
}

static uint8_t *put_string(uint8_t *out, const char *text, size_t limit) {
	size_t length = strnlen(text, limit);
	out = put_number(out, (int)length);
	memcpy(out, text, length);
	out[length] = 0;
	return out + length + 1;
}

size_t fail_encode(const struct fail *fail, uint8_t *out) {
	uint8_t *at = put_number(out, fail->step);
	at = put_number(at, fail->error);
	at = put_string(at, fail->name, FAIL_NAME - 1);
	at = put_string(at, fail->subject, FAIL_SUBJECT - 1);
	at = put_string(at, fail->detail, FAIL_DETAIL - 1);
	return (size_t)(at - out);
}

int fail_decode(struct fail *fail, const uint8_t *bytes, size_t size) {
	struct cursor cursor = {.at = bytes, .end = bytes + size};
	fail->step = (int)read_u32(&cursor);
	fail->error = (int)read_u32(&cursor);
	copy(fail->name, sizeof fail->name, read_string(&cursor));
	copy(fail->subject, sizeof fail->subject, read_string(&cursor));
	copy(fail->detail, sizeof fail->detail, read_string(&cursor));
	return -1;
}
