// The last step: the program.

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "io.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static char **vector(struct list list) {
	char **strings = calloc((size_t)list.count + 1, sizeof *strings);
	for (uint32_t i = 0; strings && i < list.count; i++)
		strings[i] = (char *)(uintptr_t)read_string(&list.body);
	return strings;
}

static const char *search_path(char **environment) {
	for (; *environment; environment++) {
		if (strncmp(*environment, "PATH=", 5) == 0)
			return *environment + 5;
	}
	return DEFAULT_PATH;
}

// Replaces the process by the first program of this name; returns the error that says most.
static int exec_found(char **arguments, char **environment) {
	char file[PATH_MAX];
	size_t length = strlen(arguments[0]);
	int error = ENOENT;
	for (const char *part = search_path(environment); part; part = strchr(part, ':')) {
		part += *part == ':';
		size_t size = strcspn(part, ":");
		if (size + length + 2 > sizeof file)
			continue;
		memcpy(file, part, size);
		file[size] = '/';
		memcpy(file + size + 1, arguments[0], length + 1);
		execve(size ? file : arguments[0], arguments, environment);
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
		if (error != ENOENT && error != EACCES)
			break;
	}
	return error;
}

int step_exec(struct child *child, const struct step *step, struct fail *fail) {
	if (child_seal(child, fail) < 0)
		return -1;
	AUTO_FREE char **arguments = vector(step->lists[0]);
	AUTO_FREE char **environment = vector(step->lists[1]);
	if (!arguments || !environment)
		return fail_with(fail, "arguments", ENOMEM);
	int error = ENOENT;
	if (strchr(arguments[0], '/')) {
		execve(arguments[0], arguments, environment);
		error = errno;
	} else if (arguments[0][0]) {
		error = exec_found(arguments, environment);
	}
	return fail_with(fail, arguments[0], error);
}
