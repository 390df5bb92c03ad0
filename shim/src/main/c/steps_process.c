// Steps about cgroups, namespaces and the limits and names in them.

#include <errno.h>
#include <linux/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"
#include "kernel.h"
#include "path.h"

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

int step_enter_namespaces(struct child *child, const struct step *step, struct fail *fail) {
	int index = (int)(uint32_t)step->numbers[0];
	int descriptor = index == DESCRIPTOR_INIT ? child->init_pidfd : FIRST_DESCRIPTOR + index;
	// The supervisor has entered the PID namespace: that takes effect for children only.
	uint64_t flags = step->numbers[1] & ~(uint64_t)CLONE_NEWPID;
	char subject[DECIMAL];
	decimal(subject, index);
	if (flags && sys_setns(descriptor, (int)flags) < 0)
		return fail_with(fail, subject, errno);
	if (flags & CLONE_NEWNS) {
		child->own_mounts = false;
		drop(&child->root);
	}
	return 0;
}

int step_unshare(struct child *child, const struct step *step, struct fail *fail) {
	if (sys_unshare((int)step->numbers[0]) < 0)
		return fail_with(fail, "namespaces", errno);
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
		return fail_with(fail, name, errno);
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
