#include "path.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "io.h"
#include "kernel.h"

#define MISSING_PARENT_MODE 0755
#define MISSING_FILE_MODE 0644

// As many as the kernel follows.
#define MOST_LINKS 40

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

static bool is_dots(const char *name) {
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

// A way to a place that may be missing. What is done has been there, and was no link; it is looked up from the root
// each time, so that whoever changes it meanwhile only leads to another place below the root.
struct way {
	char done[PATH_MAX];
	char path[PATH_MAX];
	char *left;
	int links;
	bool made;
};

// Adds a slash and what is more to a path of this length.
static int append(char path[PATH_MAX], size_t length, const char *more) {
	size_t size = strlen(more) + 1;
	if (length + 1 + size > PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	path[length] = '/';
	memcpy(path + length + 1, more, size);
	return 0;
}

// Puts a link's target before what is left. From "/" on it is the root's, as for a process that lives there.
static int follow(struct way *way, char target[PATH_MAX], size_t length) {
	if (++way->links > MOST_LINKS) {
		errno = ELOOP;
		return -1;
	}
	if (append(target, length, way->left) < 0)
		return -1;
	if (target[0] == '/')
		way->done[0] = 0;
	memcpy(way->path, target, strlen(target) + 1);
	way->left = way->path;
	return 0;
}

// By descriptor: neither call follows a link that takes the name meanwhile.
static int make(struct way *way, int parent, const char *name, bool file) {
	int result =
	    file ? mknodat(parent, name, S_IFREG | MISSING_FILE_MODE, 0) : mkdirat(parent, name, MISSING_PARENT_MODE);
	way->made = result == 0;
	return result < 0 && errno != EEXIST ? -1 : 0;
}

static int pass(struct child *child, struct way *way, const char *name, bool file) {
	AUTO_CLOSE int parent = open_below(child, way->done[0] ? way->done : "/", O_DIRECTORY);
	if (parent < 0)
		return -1;
	char target[PATH_MAX];
	ssize_t length = readlinkat(parent, name, target, sizeof target);
	if (length >= 0)
		return follow(way, target, (size_t)length);
	way->made = false;
	// EINVAL: it is there, and no link
	if (errno != EINVAL && (errno != ENOENT || make(way, parent, name, file && !*way->left) < 0))
		return -1;
	return append(way->done, strlen(way->done), name);
}

static void leave(struct way *way) {
	char *slash = strrchr(way->done, '/');
	if (slash)
		*slash = 0;
}

static int advance(struct child *child, struct way *way, bool file) {
	char *name = way->left;
	char *end = name + strcspn(name, "/");
	way->left = end + strspn(end, "/");
	*end = 0;
	if (!is_dots(name))
		return pass(child, way, name, file);
	if (name[1])
		leave(way);
	return 0;
}

static int ensure(struct child *child, const char *path, bool file, bool *made) {
	int flags = file ? 0 : O_DIRECTORY;
	*made = false;
	int fd = open_below(child, path, flags);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	struct way way = {.left = way.path};
	if (append(way.path, 0, path) < 0)
		return -1;
	while (*(way.left += strspn(way.left, "/")))
		if (advance(child, &way, file) < 0)
			return -1;
	*made = way.made;
	return open_below(child, way.done[0] ? way.done : "/", flags);
}

int ensure_directory(struct child *child, const char *path, bool *made) {
	return ensure(child, path, false, made);
}

int ensure_file(struct child *child, const char *path) {
	bool made;
	return ensure(child, path, true, &made);
}

int ensure_parent(struct child *child, const char *path, const char **name) {
	const char *slash = strrchr(path, '/');
	if (!slash || !slash[1] || is_dots(slash + 1)) {
		errno = EINVAL;
		return -1;
	}
	*name = slash + 1;
	char parent[PATH_MAX];
	size_t length = (size_t)(slash - path);
	if (length >= sizeof parent) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(parent, path, length);
	parent[length] = 0;
	bool made;
	return ensure_directory(child, parent[0] ? parent : "/", &made);
}
