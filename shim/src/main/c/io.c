#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

int send_descriptor(int channel, char kind, int descriptor) {
	struct iovec part = {.iov_base = &kind, .iov_len = 1};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {.space = {0}};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof control.space,
	};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
	return sendmsg(channel, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int receive_descriptor(int channel) {
	char kind;
	struct iovec part = {.iov_base = &kind, .iov_len = 1};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = CMSG_LEN(sizeof(int)),
	};
	int descriptor = -1;
	ssize_t count = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *rights = count > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (rights && rights->cmsg_type == SCM_RIGHTS)
		memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
	else if (count >= 0)
		errno = ESRCH;
	return descriptor;
}
