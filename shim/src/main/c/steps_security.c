// Steps that take privileges away.

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "child.h"
#include "io.h"
#include "kernel.h"

#define LIMIT_GROUPS 65536

int step_no_new_privileges(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	(void)step;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? fail_with(fail, "", errno) : 0;
}

int step_seccomp(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	struct list program = step->lists[0];
	uint64_t flags = step->numbers[0];
	size_t count = program.count / sizeof(struct sock_filter);
	// A listener would be a descriptor that nobody answers.
	if (program.count % sizeof(struct sock_filter) || count > BPF_MAXINSNS ||
	    flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
		return fail_with(fail, "filter", EINVAL);
	struct sock_fprog filter = {
	    .len = (unsigned short)count,
	    .filter = (struct sock_filter *)(uintptr_t)program.body.at,
	};
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter) < 0)
		return fail_with(fail, "filter", errno);
	return 0;
}

int step_bounding_capabilities(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	uint64_t bits = step->numbers[0];
	char subject[DECIMAL];
	for (int number = 0; number < 64 && prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++) {
		if (!(bits >> number & 1) && prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0)
			return fail_with(fail, decimal(subject, number), errno);
	}
	return 0;
}

static int set_groups(struct list groups, struct fail *fail) {
	if (groups.count > LIMIT_GROUPS)
		return fail_with(fail, "groups", EINVAL);
	gid_t *gids = calloc(groups.count + 1, sizeof *gids);
	if (!gids)
		return fail_with(fail, "groups", ENOMEM);
	for (uint32_t i = 0; i < groups.count; i++)
		gids[i] = read_u32(&groups.body);
	long result = syscall(SYS_setgroups, groups.count, gids);
	free(gids);
	return result < 0 ? fail_with(fail, "setgroups", errno) : 0;
}

static int set_capabilities(const uint64_t *sets, struct fail *fail) {
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	for (int half = 0; half < 2; half++) {
		data[half].permitted = (uint32_t)(sets[0] >> (32 * half));
		data[half].effective = (uint32_t)(sets[1] >> (32 * half));
		data[half].inheritable = (uint32_t)(sets[2] >> (32 * half));
	}
	return syscall(SYS_capset, &header, data) < 0 ? fail_with(fail, "capset", errno) : 0;
}

static int set_ambient(uint64_t bits, struct fail *fail) {
	char subject[DECIMAL];
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return fail_with(fail, "ambient", errno);
	for (int number = 0; number < 64; number++) {
		if (bits >> number & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) < 0)
			return fail_with(fail, decimal(subject, number), errno);
	}
	return 0;
}

static int fail_id(struct fail *fail, const char *call, uint64_t id, int error) {
	char number[DECIMAL];
	fail_with(fail, call, error);
	if (error == EINVAL) {
		fail_say(fail, "the pod's user namespace has no id ");
		fail_say(fail, decimal(number, (long)id));
	}
	return -1;
}

// The system calls themselves: the C library's functions would look for threads to change along.
int step_credentials(struct child *child, const struct step *step, struct fail *fail) {
	(void)child;
	uint64_t uid = step->numbers[0];
	uint64_t gid = step->numbers[1];
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return fail_with(fail, "keepcaps", errno);
	if (set_groups(step->lists[0], fail) < 0)
		return -1;
	if (syscall(SYS_setresgid, gid, gid, gid) < 0)
		return fail_id(fail, "setresgid", gid, errno);
	if (syscall(SYS_setresuid, uid, uid, uid) < 0)
		return fail_id(fail, "setresuid", uid, errno);
	if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		return fail_with(fail, "keepcaps", errno);
	if (set_capabilities(step->numbers + 2, fail) < 0)
		return -1;
	return set_ambient(step->numbers[5], fail);
}

int step_app_armor(struct child *child, const struct step *step, struct fail *fail) {
	const char *profile = step->strings[0];
	char command[512] = "exec ";
	if (strlen(profile) >= sizeof command - 8)
		return fail_with(fail, profile, ENAMETOOLONG);
	strcat(command, profile);
	if (write_into(child->proc_self, "attr/apparmor/exec", command) == 0)
		return 0;
	// before Linux 5.8 the file is shared between the security modules
	if (errno == ENOENT && write_into(child->proc_self, "attr/exec", command) == 0)
		return 0;
	int error = errno;
	return fail_because(fail, profile, error,
	                    error == ENOENT ? "the profile is not loaded, or this kernel has no AppArmor" : "");
}

int step_selinux_label(struct child *child, const struct step *step, struct fail *fail) {
	const char *label = step->strings[0];
	return write_into(child->proc_self, "attr/exec", label) < 0 ? fail_with(fail, label, errno) : 0;
}
