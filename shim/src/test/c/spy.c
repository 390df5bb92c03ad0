// A container's program that looks at every other process it can see, as one with CAP_SYS_PTRACE may: shim-spy <marker>
//
// The marker is a file of the host that is not in the container. For each process that is not yet its program it says
// "seen", and "LEAK" with what it has found of the host.
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool exists(const char *place, const char *below) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s%s", place, below);
	return access(path, F_OK) == 0;
}

static void leak(const char *place, const char *what) {
	char target[PATH_MAX] = "";
	ssize_t length = readlink(place, target, sizeof target - 1);
	target[length > 0 ? length : 0] = 0;
	printf("LEAK %s %s %s\n", place, what, target);
}

static void look_at_root(const char *process, const char *name, const char *marker) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/%s", process, name);
	if (exists(path, marker))
		leak(path, "is the host's");
}

static bool is_shim(const char *process) {
	char path[PATH_MAX];
	char target[PATH_MAX];
	snprintf(path, sizeof path, "%s/exe", process);
	ssize_t length = readlink(path, target, sizeof target - 1);
	target[length > 0 ? length : 0] = 0;
	return strncmp(target, "/memfd:", 7) == 0;
}

// Pipes, sockets, /dev/null and terminals lead nowhere; directories and files do. What a process that is its program by
// now has open is its own: it was the shim when it was looked at only if it still is.
static void look_at_descriptor(const char *process, const char *path) {
	struct stat found;
	if (stat(path, &found) == 0 && (S_ISDIR(found.st_mode) || S_ISREG(found.st_mode)) && is_shim(process))
		leak(path, "is open");
}

static void look_at_descriptors(const char *process) {
	char path[PATH_MAX];
	snprintf(path, sizeof path, "%s/fd", process);
	DIR *directory = opendir(path);
	if (!directory)
		return;
	for (struct dirent *entry; (entry = readdir(directory));) {
		snprintf(path, sizeof path, "%s/fd/%.20s", process, entry->d_name);
		if (entry->d_name[0] != '.')
			look_at_descriptor(process, path);
	}
	closedir(directory);
}

static unsigned long long number(const char *process, const char *key, int base) {
	char path[PATH_MAX];
	char text[4096];
	snprintf(path, sizeof path, "%s/status", process);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
	close(fd);
	text[length > 0 ? length : 0] = 0;
	const char *line = strstr(text, key);
	return line ? strtoull(line + strlen(key), NULL, base) : 0;
}

static void look_at(const char *process, const char *marker) {
	static unsigned long long own;
	if (!own)
		own = number("/proc/self", "CapPrm:", 16);
	look_at_root(process, "root", marker);
	look_at_root(process, "cwd", marker);
	if (!is_shim(process))
		return;
	look_at_descriptors(process);
	// behind a filter, which no program here has, it is the shim's own and can do nothing with them
	if (number(process, "CapPrm:", 16) & ~own && number(process, "Seccomp:", 10) == 0 && is_shim(process))
		leak(process, "has more capabilities");
	if (is_shim(process))
		printf("seen\n");
}

int main(int argc, char **argv) {
	if (argc != 2)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		DIR *processes = opendir("/proc");
		if (!processes)
			return 1;
		for (struct dirent *entry; (entry = readdir(processes));) {
			char process[64];
			snprintf(process, sizeof process, "/proc/%.20s", entry->d_name);
			if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && atoi(entry->d_name) != getpid())
				look_at(process, argv[1]);
		}
		closedir(processes);
	}
}
