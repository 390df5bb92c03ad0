// System calls that the C library has no function for, and its own where headers of the two disagree.
#pragma once

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int sys_openat2(int dir, const char *path, const struct open_how *how) {
	return (int)syscall(SYS_openat2, dir, path, how, sizeof *how);
}

static inline int sys_open_tree(int dir, const char *path, unsigned flags) {
	return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int sys_move_mount(int from, int to_dir, const char *to, unsigned flags) {
	return (int)syscall(SYS_move_mount, from, "", to_dir, to, flags | MOVE_MOUNT_F_EMPTY_PATH);
}

static inline int sys_fsopen(const char *type) {
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int sys_fsconfig(int context, unsigned command, const char *key, const char *value) {
	return (int)syscall(SYS_fsconfig, context, command, key, value, 0);
}

static inline int sys_fsmount(int context, unsigned attributes) {
	return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
}

static inline int sys_mount_setattr(int mount, unsigned flags, struct mount_attr *attributes) {
	return (int)syscall(SYS_mount_setattr, mount, "", flags | AT_EMPTY_PATH, attributes, sizeof *attributes);
}

static inline int sys_mount_propagation(const char *path, unsigned long flags) {
	return (int)syscall(SYS_mount, NULL, path, NULL, flags, NULL);
}

static inline int sys_unmount(const char *path) {
	return (int)syscall(SYS_umount2, path, 2 /* MNT_DETACH */);
}

static inline int sys_pivot_root(const char *root, const char *old) {
	return (int)syscall(SYS_pivot_root, root, old);
}

static inline pid_t sys_clone3(struct clone_args *args) {
	return (pid_t)syscall(SYS_clone3, args, sizeof *args);
}

static inline int sys_close_range(unsigned first, unsigned flags) {
	return (int)syscall(SYS_close_range, first, ~0U, flags);
}

static inline int sys_setns(int descriptor, int flags) {
	return (int)syscall(SYS_setns, descriptor, flags);
}

static inline int sys_unshare(int flags) {
	return (int)syscall(SYS_unshare, flags);
}

static inline int sys_pidfd_open(pid_t pid) {
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_pidfd_send_signal(int pidfd, int number) {
	return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}
