// The files that the supervisor leaves in the object's directory for whoever comes later.

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io.h"
#include "supervisor.h"

#define EVENTS_SIZE 1024

int record_pids(struct supervisor *s, struct fail *fail) {
	uint8_t record[PID_FILE_BYTES];
	memcpy(record, &s->self, 4);
	memcpy(record + 4, &s->init, 4);
	memcpy(record + 8, &s->init_start, 8);
	if (replace_file(s->directory, "pid.tmp", "pid", record, sizeof record) < 0)
		return fail_at(fail, "write", "pid", errno);
	return 0;
}

// Whether the kernel has killed for lack of memory in this cgroup: "oom_kill 1" in either version's file.
bool oom_killed(const char *file) {
	char events[EVENTS_SIZE];
	if (!file || !*file || read_small(AT_FDCWD, file, events, sizeof events) <= 0)
		return false;
	const char *line = strstr(events, "oom_kill ");
	return line && strtoul(line + strlen("oom_kill "), NULL, 10) > 0;
}

static uint64_t wall_clock(void) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

void record_exit(struct supervisor *s, int status, bool oom, bool log_complete) {
	uint32_t number = WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0;
	uint32_t code = number ? 128 + number : (uint32_t)WEXITSTATUS(status);
	uint64_t finished = wall_clock();
	memcpy(s->record, &code, 4);
	memcpy(s->record + 4, &number, 4);
	memcpy(s->record + 8, &finished, 8);
	s->record[16] = oom;
	s->record[17] = log_complete && s->log.lost == 0;
	memcpy(s->record + 18, &s->log.lost, 8);
	// Nothing better can be done about a full disk than to tell those who are connected.
	replace_file(s->directory, "exit.tmp", "exit", s->record, sizeof s->record);
}
