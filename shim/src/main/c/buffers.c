// Memory that output is copied through: taken when there is some, given back when it pauses.

#include <sys/mman.h>

#include "supervisor.h"

uint8_t *buffers_scratch(struct supervisor *s) {
	if (!s->scratch) {
		void *memory = mmap(NULL, READ_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		s->scratch = memory == MAP_FAILED ? NULL : memory;
	}
	s->hot = true;
	return s->scratch;
}

void buffers_release(struct supervisor *s) {
	log_idle(&s->log, &s->out);
	log_idle(&s->log, &s->err);
	log_release(&s->log);
	if (s->scratch)
		munmap(s->scratch, READ_SIZE);
	s->scratch = NULL;
	s->hot = false;
}
