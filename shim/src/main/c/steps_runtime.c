// The last step of a plan that another OCI runtime carries out: its commands are run, and whom they started is told.
//
// This process has put the bundle's mounts in place, in a mount namespace that ends with it. The runtime's process has
// a copy of them, and becomes the supervisor's child when the command that made it ends.

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "io.h"
#include "kernel.h"
#include "plan.h"

#define ARGUMENTS 64
#define OWN_ARGUMENTS 16
#define LOG_TAIL 8192
#define UNIQUE ".XXXXXX"
// A socket's path is short, and the console's is the longest of a call's.
#define PLACE sizeof((struct sockaddr_un *)0)->sun_path

// What one call leaves files in, and the files.
struct call {
	struct child *child;
	const struct step *step;
	char folder[PLACE];
	char pid[PLACE];
	char log[PLACE];
	char process[PLACE];
	char console[PLACE];
	int listener;
};

struct arguments {
	const char *words[ARGUMENTS + 1];
	size_t count;
};

static void add(struct arguments *arguments, const char *word) {
	if (arguments->count < ARGUMENTS)
		arguments->words[arguments->count++] = word;
}

static void add_pair(struct arguments *arguments, const char *option, const char *value) {
	add(arguments, option);
	add(arguments, value);
}

static void add_list(struct arguments *arguments, struct list list) {
	for (uint32_t i = 0; i < list.count; i++)
		add(arguments, read_string(&list.body));
}

static void name(char *out, const char *folder, const char *file) {
	size_t length = strlen(folder);
	memcpy(out, folder, length);
	strcpy(out + length, file);
}

static int make_folder(struct call *call, struct fail *fail) {
	const char *prefix = call->step->strings[1];
	if (strlen(prefix) + sizeof UNIQUE + sizeof "/console" > sizeof call->folder)
		return fail_because(fail, prefix, ENAMETOOLONG,
		                    "a socket's path has no room below the state directory");
	name(call->folder, prefix, UNIQUE);
	if (!mkdtemp(call->folder))
		return fail_with(fail, prefix, errno);
	name(call->pid, call->folder, "/pid");
	name(call->log, call->folder, "/log");
	name(call->process, call->folder, "/process");
	name(call->console, call->folder, "/console");
	return 0;
}

static void remove_folder(const struct call *call) {
	unlink(call->pid);
	unlink(call->log);
	unlink(call->process);
	unlink(call->console);
	rmdir(call->folder);
}

// The last message of the log, whose lines are JSON: what the command that failed says for people.
static void say_reason(const struct call *call, struct fail *fail) {
	static const char key[] = "\"msg\":\"";
	char text[LOG_TAIL + 1];
	AUTO_CLOSE int log = open(call->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (log < 0)
		return;
	off_t end = lseek(log, 0, SEEK_END);
	ssize_t size = pread(log, text, LOG_TAIL, end > LOG_TAIL ? end - LOG_TAIL : 0);
	text[size > 0 ? size : 0] = 0;
	const char *message = NULL;
	for (const char *at = text; (at = strstr(at, key)); at += sizeof key - 1)
		message = at + sizeof key - 1;
	for (; message && *message && *message != '"'; message++) {
		message += *message == '\\' && message[1];
		char letter[2] = {*message, 0};
		fail_say(fail, letter);
	}
}

_Noreturn static void become(const struct call *call, const struct arguments *arguments) {
	static char *environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	const struct stdio *stdio = &call->child->stdio;
	sigset_t none;
	// descriptor 0 is /dev/null where the streams are a terminal that the runtime makes
	dup2(stdio->in, 0);
	dup2(stdio->terminal ? 0 : stdio->out, 1);
	dup2(stdio->terminal ? 0 : stdio->err, 2);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	sys_close_range(3, CLOSE_RANGE_CLOEXEC);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(arguments->words[0], (char **)(uintptr_t)arguments->words, environment);
	child_end(errno == ENOENT ? 127 : 126);
}

// Runs one command of the runtime to its end; `verb` names it in failures.
static int run(const struct call *call, const struct arguments *arguments, const char *verb, struct fail *fail) {
	int status = 0;
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		become(call, arguments);
	if (pid < 0 || waitpid((pid_t)pid, &status, 0) < 0)
		return fail_with(fail, verb, errno);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	say_reason(call, fail);
	if (!fail->detail[0]) {
		fail_say(fail, arguments->words[0]);
		fail_say(fail, " fails and does not say why");
	}
	return fail_with(fail, verb, ECANCELED);
}

static struct arguments begin(const struct call *call) {
	struct arguments arguments = {.count = 0};
	add_list(&arguments, call->step->lists[0]);
	add_pair(&arguments, "--log", call->log);
	add_pair(&arguments, "--log-format", "json");
	return arguments;
}

static int create(const struct call *call, struct fail *fail) {
	struct arguments arguments = begin(call);
	struct list verb = call->step->lists[1];
	add_list(&arguments, verb);
	add_pair(&arguments, "--pid-file", call->pid);
	if (call->listener >= 0)
		add_pair(&arguments, "--console-socket", call->console);
	if (call->step->lists[2].count > 0)
		add_pair(&arguments, "--process", call->process);
	add(&arguments, call->step->strings[0]);
	return run(call, &arguments, read_string(&verb.body), fail);
}

static int start(const struct call *call, struct fail *fail) {
	struct arguments arguments = begin(call);
	add_pair(&arguments, "start", call->step->strings[0]);
	return run(call, &arguments, "start", fail);
}

static int write_process(const struct call *call, struct fail *fail) {
	struct list document = call->step->lists[2];
	if (document.count == 0)
		return 0;
	AUTO_CLOSE int file = open(call->process, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 || write_all(file, document.body.at, document.count) < 0)
		return fail_with(fail, call->process, errno);
	return 0;
}

static int listen_for_console(struct call *call, struct fail *fail) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (!call->child->stdio.terminal)
		return 0;
	strcpy(address.sun_path, call->console);
	call->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (call->listener < 0 || bind(call->listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(call->listener, 1) < 0)
		return fail_with(fail, call->console, errno);
	return 0;
}

// The runtime has sent the terminal's descriptor before its command ended.
static int pass_terminal(const struct call *call, struct fail *fail) {
	if (call->listener < 0)
		return 0;
	AUTO_CLOSE int connection = accept4(call->listener, NULL, NULL, SOCK_CLOEXEC);
	AUTO_CLOSE int terminal = connection < 0 ? -1 : receive_descriptor(connection);
	if (terminal < 0 || !isatty(terminal) || send_descriptor(call->child->channel, CHILD_TERMINAL, terminal) < 0)
		return fail_with(fail, "terminal", errno);
	return 0;
}

// In the name of the process that the runtime has made; the kernel lets a privileged process do so.
static int send_ready(int channel, pid_t pid) {
	char word = CHILD_READY;
	struct iovec part = {.iov_base = &word, .iov_len = 1};
	struct ucred sender = {.pid = pid};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(struct ucred))];
	} control = {.space = {0}};
	struct msghdr message = {
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.space,
	    .msg_controllen = sizeof control.space,
	};
	struct cmsghdr *credentials = CMSG_FIRSTHDR(&message);
	credentials->cmsg_level = SOL_SOCKET;
	credentials->cmsg_type = SCM_CREDENTIALS;
	credentials->cmsg_len = CMSG_LEN(sizeof sender);
	memcpy(CMSG_DATA(credentials), &sender, sizeof sender);
	return sendmsg(channel, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

static int announce(const struct call *call, struct fail *fail) {
	char digits[DECIMAL];
	char word;
	if (read_small(AT_FDCWD, call->pid, digits, sizeof digits) <= 0)
		return fail_with(fail, call->pid, errno);
	if (send_ready(call->child->channel, atoi(digits)) < 0)
		return fail_because(fail, digits, errno, "the runtime names a process that is not there");
	return recv(call->child->channel, &word, 1, 0) == 1 ? 0 : fail_with(fail, "supervisor", ECANCELED);
}

static int drive(struct call *call, struct fail *fail) {
	if (write_process(call, fail) < 0 || listen_for_console(call, fail) < 0)
		return -1;
	if (create(call, fail) < 0 || pass_terminal(call, fail) < 0 || announce(call, fail) < 0)
		return -1;
	bool command = call->step->lists[2].count > 0;
	return command ? 0 : start(call, fail);
}

int step_runtime_call(struct child *child, const struct step *step, struct fail *fail) {
	struct call call = {.child = child, .step = step, .listener = -1};
	char word = CHILD_STARTED;
	if (step->lists[0].count + step->lists[1].count > ARGUMENTS - OWN_ARGUMENTS)
		return fail_with(fail, "arguments", E2BIG);
	umask(child->umask);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (make_folder(&call, fail) < 0)
		return -1;
	int result = drive(&call, fail);
	drop(&call.listener);
	remove_folder(&call);
	if (result < 0)
		return -1;
	send(child->channel, &word, 1, MSG_NOSIGNAL);
	child_end(0);
}
