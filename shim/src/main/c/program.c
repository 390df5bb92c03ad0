#include "program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

// BINPRM_BUF_SIZE: the kernel reads no more of a first line.
#define FIRST_LINE 256

// The word after "#!".
static bool script_interpreter(const char *line, char *out) {
	if (strncmp(line, "#!", 2) != 0)
		return false;
	line += 2 + strspn(line + 2, " \t");
	size_t length = strcspn(line, " \t\n");
	memcpy(out, line, length);
	out[length] = 0;
	return length > 0;
}

// The dynamic loader that an ELF program of this machine's kind names.
static bool elf_interpreter(int fd, char *out) {
	Elf64_Ehdr header;
	Elf64_Phdr part = {.p_type = PT_NULL};
	if (pread(fd, &header, sizeof header, 0) != sizeof header || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_phentsize != sizeof part)
		return false;
	for (unsigned i = 0; i < header.e_phnum && part.p_type != PT_INTERP; i++) {
		if (pread(fd, &part, sizeof part, (off_t)(header.e_phoff + i * sizeof part)) != sizeof part)
			return false;
	}
	if (part.p_type != PT_INTERP || part.p_filesz < 2 || part.p_filesz > FIRST_LINE)
		return false;
	ssize_t length = pread(fd, out, part.p_filesz, (off_t)part.p_offset);
	out[length > 0 ? length - 1 : 0] = 0;
	return length > 1 && out[0];
}

// The program that the kernel executes instead of this file, or with it.
static bool interpreter(const char *file, char *out) {
	char line[FIRST_LINE + 1];
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t length = fd < 0 ? -1 : pread(fd, line, FIRST_LINE, 0);
	if (length < 0)
		return false;
	line[length] = 0;
	return script_interpreter(line, out) || elf_interpreter(fd, out);
}

static void say_interpreter(const char *file, const char *verdict, struct fail *fail) {
	char name[FIRST_LINE + 1];
	if (!interpreter(file, name))
		return;
	bool carriage_return = name[strlen(name) - 1] == '\r';
	if (access(name, X_OK) == 0)
		return;
	fail_say(fail, "its interpreter ");
	fail_say(fail, name);
	fail_say(fail, verdict);
	if (carriage_return)
		fail_say(fail, ": the script's first line ends in a carriage return");
}

static bool is_directory(const char *file) {
	struct stat found;
	return stat(file, &found) == 0 && S_ISDIR(found.st_mode);
}

void program_explain(const char *file, int error, struct fail *fail) {
	if (access(file, F_OK) < 0)
		return;
	fail->detail[0] = 0;
	if (error == ENOENT)
		say_interpreter(file, " is missing", fail);
	else if (error == EACCES && is_directory(file))
		fail_say(fail, "it is a directory");
	else if (error == EACCES && access(file, X_OK) == 0)
		say_interpreter(file, " may not be executed", fail);
	else if (error == EACCES)
		fail_say(fail, "the container's user may not execute it");
	else if (error == ENOEXEC)
		fail_say(fail, "it is neither a program for this processor nor a script with #! and an interpreter");
	else if (error == E2BIG)
		fail_say(fail, "arguments and environment together are too large");
}
