// The last step: the program.

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "plan.h"
#include "program.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static char **vector(struct list list) {
	char **strings = calloc((size_t)list.count + 1, sizeof *strings);
	for (uint32_t i = 0; strings && i < list.count; i++)
		strings[i] = (char *)(uintptr_t)read_string(&list.body);
	return strings;
}

// Before the first step: memory is what a filter may refuse.
int program_load(struct child *child, struct fail *fail) {
	struct step program;
	if (plan_has(child->plan, STEP_RUNTIME_CALL))
		return 0;
	if (!plan_find(child->plan, STEP_EXEC, &program))
		return fail_at(fail, "decode", "plan", EBADMSG);
	child->arguments = vector(program.lists[0]);
	child->environment = vector(program.lists[1]);
	return child->arguments && child->environment ? 0 : fail_at(fail, "allocate", "arguments", ENOMEM);
}

static const char *search_path(char **environment) {
	for (; *environment; environment++) {
		if (strncmp(*environment, "PATH=", 5) == 0)
			return *environment + 5;
	}
	return DEFAULT_PATH;
}

// Replaces the process by a program; if that fails says what the error does not. Returns the error.
static int try(const struct child *child, const char *file, struct fail *fail) {
	execve(file, child->arguments, child->environment);
	int error = errno;
	program_explain(file, error, fail);
	return error;
}

// The first program of this name, and of those that cannot be run the error that says most.
static int try_found(const struct child *child, const char *name, struct fail *fail) {
	char file[PATH_MAX];
	size_t length = strlen(name);
	int error = ENOENT;
	const char *path = search_path(child->environment);
	for (const char *part = path; part; part = strchr(part, ':')) {
		part += *part == ':';
		size_t size = strcspn(part, ":");
		if (size + length + 2 > sizeof file)
			continue;
		memcpy(file, part, size);
		file[size] = '/';
		memcpy(file + size + 1, name, length + 1);
		int now = try(child, size ? file : name, fail);
		if (now != ENOENT && now != ENOTDIR)
			error = now;
		if (error != ENOENT && error != EACCES)
			break;
	}
	if (error == ENOENT && !fail->detail[0]) {
		fail_say(fail, "it is not in PATH: ");
		fail_say(fail, path);
	}
	return error;
}

// The kernel answers an empty name with ENOENT; a filter that refuses to replace the process answers as it always does.
static bool refused_by_filter(const struct child *child) {
	errno = ENOENT;
	return plan_has(child->plan, STEP_SECCOMP) &&
	       (execve("", child->arguments, child->environment) == 0 || errno != ENOENT);
}

int step_exec(struct child *child, const struct step *step, struct fail *fail) {
	(void)step;
	if (child_seal(child, fail) < 0)
		return -1;
	const char *name = child->arguments[0];
	int error = ENOENT;
	if (strchr(name, '/'))
		error = try(child, name, fail);
	else if (name[0])
		error = try_found(child, name, fail);
	if (refused_by_filter(child))
		return fail_because(fail, name, error, "the seccomp profile refuses execve");
	return fail_with(fail, name, error);
}
