// Steps about cgroups, namespaces and the limits and names in them.

#include <errno.h>
#include <linux/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filesystem.h"
#include "io.h"
#include "kernel.h"
#include "path.h"
#include "plan.h"

int step_attach_cgroup(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	const char *path = step->strings[0];
	// "0" to tasks moves this thread alone, and spares the lock that cgroup.procs takes over all processes.
	return write_into(AT_FDCWD, path, "0") < 0 ? fail_with(fail, path, errno) : 0;
}

// Slaves, not private: the host sees nothing of what is mounted here, but what it unmounts is not kept busy either.
static int detach_from_host(struct child *child, struct fail *fail) {
	if (sys_mount_propagation("/", MS_REC | MS_SLAVE) < 0)
		return fail_with(fail, "/ slave", errno);
	child->own_mounts = true;
	return 0;
}

// The user that all of a new user namespace's privileges belong to. They are kept, as CAP_SETUID is one of them.
static int become_root(struct fail *fail) {
	if (syscall(SYS_setgroups, 0, NULL) < 0 || syscall(SYS_setresgid, 0, 0, 0) < 0 ||
	    syscall(SYS_setresuid, 0, 0, 0) < 0)
		return fail_with(fail, "root of the user namespace", errno);
	return 0;
}

// Only from the outside can ids be mapped that are not the process's own: by a copy of it that has stayed there.
static _Noreturn void map_ids_of(pid_t process, int word, const char *const *maps) {
	static const char *const names[] = {"uid_map", "gid_map"};
	char path[64] = "/proc/";
	char *file = path + strlen(path);
	char ready;
	if (read(word, &ready, 1) != 1)
		_exit(ECANCELED);
	decimal(file, process);
	strcat(file, "/");
	file += strlen(file);
	for (int i = 0; i < 2; i++) {
		strcpy(file, names[i]);
		if (write_into(AT_FDCWD, path, maps[i]) < 0)
			_exit(errno);
	}
	_exit(0);
}

// The pid is read where the host numbers processes.
static int host_pid(struct child *child, pid_t *pid) {
	char stat[64];
	if (read_small(child->proc_self, "stat", stat, sizeof stat) < 0)
		return -1;
	*pid = atoi(stat);
	return 0;
}

int step_user_namespace(struct child *child, const struct step *step, struct fail *fail) {
	int ends[2];
	int status = 0;
	pid_t self;
	if (host_pid(child, &self) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return fail_with(fail, "maps", errno);
	AUTO_CLOSE int word = ends[0];
	pid_t helper = fork();
	if (helper == 0) {
		close(ends[1]);
		map_ids_of(self, word, step->strings);
	}
	int error = helper < 0 || sys_unshare(CLONE_NEWUSER) < 0 ? errno : 0;
	if (!error && write(ends[1], "", 1) != 1)
		error = errno;
	close(ends[1]);
	if (helper > 0 && waitpid(helper, &status, 0) != helper)
		status = 0;
	if (error || status)
		return fail_with(fail, step->strings[0],
		                 error               ? error
		                 : WIFEXITED(status) ? WEXITSTATUS(status)
		                                     : EINTR);
	return become_root(fail);
}

// This process stays where it is, out of the sight of those in there: see child_seal.
static int name_pid_namespace(struct child *child, int descriptor) {
	if (plan_makes_proc(child->plan)) {
		drop(&child->proc_context);
		child->proc_context = proc_context(descriptor);
		if (child->proc_context < 0)
			return -1;
	}
	child->born_inside = true;
	return sys_setns(descriptor, CLONE_NEWPID);
}

int step_enter_namespaces(struct child *child, const struct step *step, struct fail *fail) {
	int index = (int)(uint32_t)step->numbers[0];
	int descriptor = index == DESCRIPTOR_INIT ? child->init_pidfd : FIRST_DESCRIPTOR + index;
	uint64_t flags = step->numbers[1] & ~(uint64_t)CLONE_NEWPID;
	char number[DECIMAL];
	const char *subject = index == DESCRIPTOR_INIT ? "the container's init" : decimal(number, index);
	if (step->numbers[1] & CLONE_NEWPID && name_pid_namespace(child, descriptor) < 0)
		return fail_with(fail, subject, errno);
	if (flags && sys_setns(descriptor, (int)flags) < 0)
		return fail_with(fail, subject, errno);
	if (flags & CLONE_NEWNS) {
		child->own_mounts = false;
		drop(&child->root);
	}
	return flags & CLONE_NEWUSER ? become_root(fail) : 0;
}

int step_unshare(struct child *child, const struct step *step, struct fail *fail) {
	if (sys_unshare((int)step->numbers[0]) < 0) {
		int error = errno;
		return fail_because(fail, "namespaces", error,
		                    error == ENOSPC ? "a limit of /proc/sys/user is reached" : "");
	}
	return step->numbers[0] & CLONE_NEWNS ? detach_from_host(child, fail) : 0;
}

// "net.ipv4.ip_forward" is net/ipv4/ip_forward; a slash in a name stands for a dot in the file's.
static int sysctl_path(char *out, size_t size, const char *name) {
	size_t length = strlen(name);
	if (length >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 0; i <= length; i++)
		out[i] = name[i] == '.' ? '/' : name[i] == '/' ? '.' : name[i];
	return 0;
}

static int fail_sysctl(struct fail *fail, const char *name, const char *value, int error) {
	if (error == ENOENT)
		return fail_because(fail, name, error,
		                    "this kernel has no such setting, or a module for it is not loaded");
	if (error != EINVAL && error != ERANGE)
		return fail_with(fail, name, error);
	fail_because(fail, name, error, "the kernel does not take the value ");
	fail_say(fail, value);
	return -1;
}

int step_sysctl(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	const char *name = step->strings[0];
	const char *value = step->strings[1];
	char path[PATH_MAX];
	struct open_how how = {
	    .flags = O_WRONLY | O_CLOEXEC,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	AUTO_CLOSE int top = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0 || sysctl_path(path, sizeof path, name) < 0)
		return fail_with(fail, name, errno);
	AUTO_CLOSE int file = sys_openat2(top, path, &how);
	if (file < 0 || write_all(file, value, strlen(value)) < 0)
		return fail_sysctl(fail, name, value, errno);
	return 0;
}

int step_hostname(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	const char *name = step->strings[0];
	return sethostname(name, strlen(name)) < 0 ? fail_with(fail, name, errno) : 0;
}

int step_loopback_up(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	(void)step;
	struct ifreq link = {.ifr_name = "lo"};
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &link) < 0)
		return fail_with(fail, "lo", errno);
	link.ifr_flags = (short)(link.ifr_flags | IFF_UP);
	return ioctl(fd, SIOCSIFFLAGS, &link) < 0 ? fail_with(fail, "lo", errno) : 0;
}

int step_resource_limit(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	struct {
		uint64_t soft;
		uint64_t hard;
	} limit = {step->numbers[1], step->numbers[2]};
	bool tolerated = step->numbers[3];
	char subject[DECIMAL];
	decimal(subject, (long)step->numbers[0]);
	if (syscall(SYS_prlimit64, 0, (int)step->numbers[0], &limit, NULL) == 0 || (tolerated && errno == EPERM))
		return 0;
	return fail_with(fail, subject, errno);
}

int step_oom_score_adj(struct child *child, const struct step *step, struct fail *fail) {
	bool tolerated = step->numbers[1];
	char value[DECIMAL];
	decimal(value, (int)(uint32_t)step->numbers[0]);
	if (write_into(child->proc_self, "oom_score_adj", value) == 0)
		return 0;
	return tolerated && (errno == EPERM || errno == EACCES) ? 0 : fail_with(fail, value, errno);
}

int step_umask(struct child *child, const struct step *step, struct fail *fail) {
	(void)fail;
	child->umask = (mode_t)step->numbers[0] & 0777;
	return 0;
}
