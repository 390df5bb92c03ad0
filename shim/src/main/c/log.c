// The container's log in the CRI format: "<time> <stream> <P|F> <content>\n", P for a piece of a longer line.
//
// A read of 64 KiB gets one timestamp and, as a rule, one write: a write for each line is fifteen times slower.
// Content that has no newline yet is kept back until the newline comes, more than 16 KiB have gathered, or the stream
// pauses. A line is ended with an F at the latest when its stream ends: readers wait for it.

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "supervisor.h"

#define CONTENT_MAX 16384
#define OUT_SIZE 262144
#define IN_SIZE (CONTENT_MAX + READ_SIZE)
#define PREFIX_MAX 48
#define LOG_MODE 0640
#define LOG_FOLDER_MODE 0755

struct prefix {
	char text[PREFIX_MAX];
	size_t size;
};

int log_open(struct log *log, const char *directory, const char *path, struct fail *fail) {
	log->directory = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (log->directory < 0)
		return fail_at(fail, "open log directory", directory, errno);
	log->path = strdup(path);
	if (!log->path || log_reopen(log) < 0)
		return fail_at(fail, "open log", path, errno);
	return 0;
}

static bool same_file(int one, int other) {
	struct stat a;
	struct stat b;
	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Makes the folders that a path below a directory leads through, where they are missing. None of them may be a link.
static int make_folders(int directory, char *path) {
	int at = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	for (char *slash; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		*slash = 0;
		bool made = mkdirat(at, path, LOG_FOLDER_MODE) == 0 || errno == EEXIST;
		int below = made ? openat(at, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
		*slash = '/';
		drop(&at);
		at = below;
	}
	if (at < 0)
		return -1;
	drop(&at);
	return 0;
}

// Opens the file anew; the old one stays in use if that fails.
int log_reopen(struct log *log) {
	struct open_how how = {
	    .flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    .mode = LOG_MODE,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS,
	};
	if (log->directory < 0)
		return 0;
	int fd = sys_openat2(log->directory, log->path, &how);
	if (fd < 0 && errno == ENOENT && make_folders(log->directory, log->path) == 0)
		fd = sys_openat2(log->directory, log->path, &how);
	if (fd < 0)
		return -1;
	log->torn = log->torn && same_file(log->fd, fd);
	drop(&log->fd);
	log->fd = fd;
	return 0;
}

static void *map(size_t size) {
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

bool log_prepare(struct log *log, struct stream *stream) {
	if (!stream->buffer)
		stream->buffer = map(IN_SIZE);
	if (!log->out)
		log->out = map(OUT_SIZE);
	return stream->buffer && log->out;
}

// A full disk costs the container its log lines, never its progress: what cannot be written is counted.
static void flush(struct log *log) {
	const uint8_t *at = log->out;
	size_t left = log->size;
	log->size = 0;
	if (log->torn && write(log->fd, "\n", 1) != 1) {
		log->lost += left;
		return;
	}
	while (left > 0) {
		ssize_t count = write(log->fd, at, left);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			break;
		at += count;
		left -= (size_t)count;
	}
	log->torn = left > 0 && at > log->out && at[-1] != '\n';
	log->lost += left;
}

static void put_digits(char *out, long value, int digits) {
	for (; digits > 0; value /= 10)
		out[--digits] = (char)('0' + value % 10);
}

static struct prefix make_prefix(const char *tag) {
	struct prefix prefix = {.text = "0000-00-00T00:00:00.000000000Z "};
	struct timespec now;
	struct tm date;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &date);
	put_digits(prefix.text, date.tm_year + 1900L, 4);
	put_digits(prefix.text + 5, date.tm_mon + 1L, 2);
	put_digits(prefix.text + 8, date.tm_mday, 2);
	put_digits(prefix.text + 11, date.tm_hour, 2);
	put_digits(prefix.text + 14, date.tm_min, 2);
	put_digits(prefix.text + 17, date.tm_sec, 2);
	put_digits(prefix.text + 20, now.tv_nsec, 9);
	strcat(prefix.text, tag);
	strcat(prefix.text, " F ");
	prefix.size = strlen(prefix.text);
	return prefix;
}

static void emit(struct log *log, const struct prefix *prefix, const uint8_t *content, size_t size, char mark) {
	if (log->size + prefix->size + size + 1 > OUT_SIZE)
		flush(log);
	uint8_t *out = log->out + log->size;
	memcpy(out, prefix->text, prefix->size);
	out[prefix->size - 2] = (uint8_t)mark;
	memcpy(out + prefix->size, content, size);
	out[prefix->size + size] = '\n';
	log->size += prefix->size + size + 1;
}

// Turns a stream's tail and the `size` bytes read behind it into records; only of a stream that goes on is a tail kept.
void log_feed(struct log *log, struct stream *stream, size_t size, enum log_moment moment) {
	const uint8_t *at = stream->buffer;
	const uint8_t *stop = at + stream->tail + size;
	struct prefix prefix = make_prefix(stream->tag);
	while (at < stop) {
		size_t left = (size_t)(stop - at);
		size_t window = left > CONTENT_MAX ? CONTENT_MAX + 1 : left;
		const uint8_t *newline = memchr(at, '\n', window);
		size_t piece = newline ? (size_t)(newline - at) : left > CONTENT_MAX ? CONTENT_MAX : left;
		if (!newline && left <= CONTENT_MAX && moment == LOG_FLOWS)
			break;
		stream->unended = !newline && (left > CONTENT_MAX || moment == LOG_PAUSES);
		emit(log, &prefix, at, piece, stream->unended ? 'P' : 'F');
		at += piece + (newline ? 1 : 0);
	}
	if (stream->unended && moment == LOG_ENDS) {
		emit(log, &prefix, at, 0, 'F');
		stream->unended = false;
	}
	stream->tail = (size_t)(stop - at);
	memmove(stream->buffer, at, stream->tail);
	if (log->fd >= 0)
		flush(log);
	log->size = 0;
}

static void release(struct stream *stream) {
	if (stream->buffer)
		munmap(stream->buffer, IN_SIZE);
	stream->buffer = NULL;
}

// A pause: half a line, a prompt perhaps, is worth showing, and the buffers are worth giving back.
void log_idle(struct log *log, struct stream *stream) {
	if (stream->tail > 0)
		log_feed(log, stream, 0, LOG_PAUSES);
	release(stream);
}

// Nothing more will come.
void log_end(struct log *log, struct stream *stream) {
	if ((stream->tail > 0 || stream->unended) && log_prepare(log, stream))
		log_feed(log, stream, 0, LOG_ENDS);
	release(stream);
}

void log_release(struct log *log) {
	if (log->out)
		munmap(log->out, OUT_SIZE);
	log->out = NULL;
}

void log_close(struct log *log) {
	drop(&log->fd);
	drop(&log->directory);
}
