// Options of the sanitizer build. Leaks are not looked for: whoever ends, the supervisor or a child, ends at once, and
// looking needs ptrace, which a process that is not dumpable refuses.
const char *__asan_default_options(void);

const char *__asan_default_options(void) {
	return "detect_leaks=0:abort_on_error=1:disable_coredump=1";
}
