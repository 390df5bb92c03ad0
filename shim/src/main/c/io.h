// Descriptors and whole files.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

void close_at_end(int *fd);
#define AUTO_CLOSE __attribute__((cleanup(close_at_end)))

void free_at_end(void *pointer);
#define AUTO_FREE __attribute__((cleanup(free_at_end)))

// Closes a descriptor and forgets it; closing -1 does nothing.
void drop(int *fd);

// Writes everything or returns -1 with errno set.
int write_all(int fd, const void *bytes, size_t size);

// Writes a string into an existing file below a directory.
int write_into(int dir, const char *path, const char *text);

// Reads a small file as a string; returns its length or -1.
ssize_t read_small(int dir, const char *path, char *out, size_t size);

// Writes `temporary` and renames it to `name`, so that readers see all of it or nothing.
int replace_file(int dir, const char *temporary, const char *name, const void *bytes, size_t size);

// A field of /proc/<name>/stat after the second, as proc(5) numbers them, or 0.
#define STAT_FLAGS 9
#define STAT_START_TIME 22
uint64_t stat_field(const char *name, int number);

// Decimal digits of a number, NUL-terminated; returns out.
#define DECIMAL 24
char *decimal(char *out, long value);

uint64_t monotonic_ms(void);

// One descriptor in a message of one byte; -1 with errno.
int send_descriptor(int channel, char kind, int descriptor);

// The next message's descriptor, or -1: ESRCH if whoever was to send it has ended or sent none.
int receive_descriptor(int channel);
