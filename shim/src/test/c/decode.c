// Prints what the decoder makes of a launch or an exec request: what the golden files are held to.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

#define MAX_INPUT (LIMIT_LAUNCH + 1)

static void print_step(const struct step *step) {
	printf("%s", step->name);
	for (size_t i = 0; i < STEP_STRINGS && step->strings[i]; i++)
		printf(" \"%s\"", step->strings[i]);
	for (size_t i = 0; i < STEP_NUMBERS; i++)
		printf(" %llu", (unsigned long long)step->numbers[i]);
	for (size_t i = 0; i < STEP_LISTS && step->lists[i].body.at; i++)
		printf(" [%u]", step->lists[i].count);
	printf("\n");
}

static void print_plan(const struct plan *plan) {
	struct cursor cursor = plan->body;
	struct step step;
	printf("clone %llx cgroup2 \"%s\"\n", (unsigned long long)plan->clone_flags, plan->cgroup2);
	for (uint32_t i = 0; i < plan->steps && read_step(&cursor, plan->descriptors, &step); i++)
		print_step(&step);
}

int main(int argc, char **argv) {
	FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
	uint8_t *bytes = malloc(MAX_INPUT);
	if (!file || !bytes)
		return 2;
	size_t size = fread(bytes, 1, MAX_INPUT, file);
	fclose(file);
	struct launch launch;
	struct exec_request request;
	int result = 1;
	if (strcmp(argv[1], "launch") == 0 && decode_launch(bytes, size, &launch)) {
		printf("launch %u \"%s\" \"%s\" flags %u log \"%s\" \"%s\" oom \"%s\" limit %u\n", launch.kind,
		       launch.id, launch.directory, launch.flags, launch.log_directory, launch.log_path,
		       launch.oom_file, launch.limit_ms);
		print_plan(&launch.plan);
		result = 0;
	} else if (strcmp(argv[1], "exec") == 0 && decode_exec(bytes, size, &request)) {
		printf("exec flags %u drain %u\n", request.flags, request.drain_ms);
		print_plan(&request.plan);
		result = 0;
	}
	free(bytes);
	return result;
}
