#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void close_at_end(int *fd) {
	int saved = errno;
	drop(fd);
	errno = saved;
}

void free_at_end(void *pointer) {
	void *memory;
	memcpy(&memory, pointer, sizeof memory);
	free(memory);
}

void drop(int *fd) {
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int write_all(int fd, const void *bytes, size_t size) {
	const uint8_t *at = bytes;
	while (size > 0) {
		ssize_t count = write(fd, at, size);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		at += count;
		size -= (size_t)count;
	}
	return 0;
}

int write_into(int dir, const char *path, const char *text) {
	AUTO_CLOSE int fd = openat(dir, path, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -1 : write_all(fd, text, strlen(text));
}

ssize_t read_small(int dir, const char *path, char *out, size_t size) {
	AUTO_CLOSE int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t count = read(fd, out, size - 1);
	out[count > 0 ? count : 0] = 0;
	return count;
}

int replace_file(int dir, const char *temporary, const char *name, const void *bytes, size_t size) {
	AUTO_CLOSE int fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || write_all(fd, bytes, size) < 0)
		return -1;
	return renameat(dir, temporary, dir, name);
}

uint64_t stat_field(const char *name, int number) {
	char path[32 + DECIMAL] = "/proc/";
	char stat[1024];
	strncat(path, name, DECIMAL);
	strcat(path, "/stat");
	if (read_small(AT_FDCWD, path, stat, sizeof stat) <= 0)
		return 0;
	// The second field, the name in parentheses, may hold spaces: the last parenthesis ends it.
	char *at = strrchr(stat, ')');
	for (int field = 2; at && field < number; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

char *decimal(char *out, long value) {
	char digits[DECIMAL];
	size_t count = 0;
	unsigned long rest = value < 0 ? 0UL - (unsigned long)value : (unsigned long)value;
	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	char *at = out;
	if (value < 0)
		*at++ = '-';
	while (count > 0)
		*at++ = digits[--count];
	*at = 0;
	return out;
}

uint64_t monotonic_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
