#include "path.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "kernel.h"

#define MISSING_PARENT_MODE 0755
#define MISSING_FILE_MODE 0644

int root_of(struct child *child) {
	if (child->root < 0)
		child->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return child->root;
}

static int open_below(struct child *child, const char *path, int flags) {
	struct open_how how = {
	    .flags = (uint64_t)(unsigned)(flags | O_PATH | O_CLOEXEC),
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int root = root_of(child);
	if (root < 0)
		return -1;
	int fd;
	// EAGAIN: a rename somewhere raced with "..", so that the kernel could not be sure; it asks for another try.
	for (int tries = 0; (fd = sys_openat2(root, path, &how)) < 0 && errno == EAGAIN && tries < 100; tries++)
		;
	return fd;
}

int open_in_root(struct child *child, const char *path, int flags) {
	return open_below(child, path, flags);
}

// Copies the components of a path up to `end`; -1 if it is too long.
static int prefix(char *out, const char *path, const char *end) {
	size_t length = (size_t)(end - path);
	if (length >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(out, path, length);
	out[length] = 0;
	return 0;
}

static bool is_dots(const char *name) {
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

// The last component of a prefix is made in its parent, by descriptor: mkdirat follows no link.
static int make_last(int parent, const char *path, bool *made) {
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	if (is_dots(name)) {
		errno = ENOENT;
		return -1;
	}
	bool here = mkdirat(parent, name, MISSING_PARENT_MODE) == 0;
	if (!here && errno != EEXIST)
		return -1;
	*made = here;
	return 0;
}

int ensure_directory(struct child *child, const char *path, bool *made) {
	*made = false;
	int fd = open_below(child, path, O_DIRECTORY);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open_below(child, "/", O_DIRECTORY);
	char part[PATH_MAX];
	const char *end = path;
	while (fd >= 0 && *(end += strspn(end, "/"))) {
		end += strcspn(end, "/");
		AUTO_CLOSE int parent = fd;
		fd = -1;
		if (prefix(part, path, end) < 0)
			return -1;
		fd = open_below(child, part, O_DIRECTORY);
		if (fd < 0 && errno == ENOENT && make_last(parent, part, made) == 0)
			fd = open_below(child, part, O_DIRECTORY);
	}
	return fd;
}

int ensure_parent(struct child *child, const char *path, const char **name) {
	const char *slash = strrchr(path, '/');
	if (!slash || !slash[1] || is_dots(slash + 1)) {
		errno = EINVAL;
		return -1;
	}
	*name = slash + 1;
	char parent[PATH_MAX];
	bool made;
	if (prefix(parent, path, slash) < 0)
		return -1;
	return ensure_directory(child, parent[0] ? parent : "/", &made);
}

int ensure_file(struct child *child, const char *path) {
	int fd = open_below(child, path, 0);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	const char *name;
	AUTO_CLOSE int parent = ensure_parent(child, path, &name);
	if (parent < 0)
		return -1;
	int flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC;
	AUTO_CLOSE int file = openat(parent, name, flags, MISSING_FILE_MODE);
	if (file < 0 && errno != EEXIST)
		return -1;
	return open_below(child, path, 0);
}
