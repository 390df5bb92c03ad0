// Feeds the decoder mutations of its golden files: shim-fuzz <seconds> <seed> <launch files...>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fail.h"
#include "wire.h"

#define MAX_INPUT 65536
#define ROUNDS_PER_CLOCK 256

static uint64_t next(uint64_t *state) {
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t mutate(uint8_t *bytes, size_t size, uint64_t *state) {
	for (uint64_t edits = 1 + next(state) % 6; edits > 0 && size > 0; edits--) {
		size_t at = next(state) % size;
		switch (next(state) % 5) {
		case 0:
			bytes[at] = (uint8_t)next(state);
			break;
		case 1:
			bytes[at] ^= (uint8_t)(1U << next(state) % 8);
			break;
		case 2:
			size = at;
			break;
		case 3:
			if (size + 4 < MAX_INPUT) {
				memmove(bytes + at + 4, bytes + at, size - at);
				size += 4;
			}
			break;
		default:
			memset(bytes + at, next(state) % 2 ? 0xff : 0, size - at < 4 ? size - at : 4);
		}
	}
	return size;
}

// Walks over everything that was accepted, so that a bad pointer is met by the sanitizer.
static size_t walk(const struct plan *plan) {
	struct cursor cursor = plan->body;
	struct step step;
	size_t sum = strlen(plan->cgroup2);
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++) {
		for (size_t j = 0; j < STEP_STRINGS && step.strings[j]; j++)
			sum += strlen(step.strings[j]);
		if (step.opcode != STEP_EXEC)
			continue;
		struct list list = step.lists[0];
		for (uint32_t j = 0; j < list.count; j++)
			sum += strlen(read_string(&list.body));
	}
	return sum;
}

static size_t decode(const uint8_t *bytes, size_t size) {
	// an allocation of the exact size, so that one byte too far is seen
	uint8_t *exact = malloc(size ? size : 1);
	struct launch launch;
	struct exec_request request;
	struct fail fail;
	size_t sum = 0;
	memcpy(exact, bytes, size);
	if (decode_launch(exact, size, &launch))
		sum += walk(&launch.plan) + strlen(launch.id);
	if (decode_exec(exact, size, &request))
		sum += walk(&request.plan);
	fail_decode(&fail, exact, size);
	free(exact);
	return sum;
}

int main(int argc, char **argv) {
	static uint8_t seeds[16][MAX_INPUT];
	static uint8_t input[MAX_INPUT];
	size_t sizes[16];
	int files = 0;
	if (argc < 4)
		return 2;
	for (; files < 16 && files + 3 < argc; files++) {
		FILE *file = fopen(argv[files + 3], "rb");
		if (!file)
			return 2;
		sizes[files] = fread(seeds[files], 1, MAX_INPUT, file);
		fclose(file);
	}
	uint64_t state = strtoull(argv[2], NULL, 10) | 1;
	time_t end = time(NULL) + atoi(argv[1]);
	size_t rounds = 0;
	size_t sum = 0;
	for (; rounds % ROUNDS_PER_CLOCK || time(NULL) < end; rounds++) {
		size_t file = next(&state) % (size_t)files;
		memcpy(input, seeds[file], sizes[file]);
		sum += decode(input, mutate(input, sizes[file], &state));
	}
	printf("%zu inputs, %zu bytes accepted\n", rounds, sum);
	return 0;
}
