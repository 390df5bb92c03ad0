package dev.berth.shim.plan;

import java.util.List;

/**
 * One kernel step of a launch. The process that is to become the container's init (or an exec'd process) executes its
 * plan's steps in order and stops at the first that fails. A <em>slot</em> is a small number naming a detached mount
 * that an earlier step of the same plan made; a <em>descriptor index</em> counts the descriptors passed along with the
 * plan, from 0. Paths named {@code inRoot} are absolute as the container sees them and are resolved with
 * {@code RESOLVE_IN_ROOT} below the root of {@link Root}; all others are the host's. In a plan without a {@link Root},
 * which is a sandbox's, they are host paths too, as the process's own mount namespace has them.
 */
public sealed interface Step {
    /** Moves the process into a v1 cgroup by writing {@code 0} to a {@code tasks} file. */
    record AttachCgroup(String tasksFile) implements Step {}

    /**
     * {@code setns(2)} with a pidfd or namespace descriptor that came with the plan. Flags are {@code CLONE_NEW*};
     * {@code CLONE_NEWPID} is entered by the shim before it clones the process. With {@code CLONE_NEWUSER} the process
     * becomes the namespace's root.
     */
    record EnterNamespaces(int descriptorIndex, long cloneFlags) implements Step {
        /** The descriptor index that means the container's init, in the plan of an exec. */
        public static final int CONTAINER_INIT = -1;
    }

    /**
     * {@code unshare(2)}; with {@code CLONE_NEWNS} every mount of the new namespace is made a slave, recursively: the
     * host sees nothing of what is mounted there, and what the host unmounts is not kept busy.
     */
    record Unshare(long cloneFlags) implements Step {}

    /**
     * {@code unshare(2)} of the user namespace. A copy of the process that stays outside writes the maps, in the lines of
     * {@code /proc/<pid>/uid_map}; then the process becomes the namespace's root.
     */
    record UserNamespace(String uidMap, String gidMap) implements Step {}

    /** Shows the detached mount in a slot, with those below it, with the ids of the user namespace in a descriptor. */
    record MapIds(int slot, int descriptorIndex) implements Step {}

    /** {@code mount_setattr(2)} of the detached mount in a slot: {@code MOUNT_ATTR_*} to set and to clear. */
    record SetAttributes(int slot, long set, long clear, boolean recursive) implements Step {}

    /**
     * Replaces the detached mounts in slots by copies whose flags the user namespace in a descriptor cannot take back, and
     * whose lower mounts it cannot unmount. What is changed of them, or mapped, is changed before.
     */
    record LockFlags(List<Integer> slots, int descriptorIndex) implements Step {
        public LockFlags {
            slots = List.copyOf(slots);
        }
    }

    /** The standard streams belong to this user, as the host numbers users, and not to that of {@link Credentials}. */
    record StreamOwner(int hostUid) implements Step {}

    /** {@code open_tree(2)} with {@code OPEN_TREE_CLONE}: a detached copy of a host path, kept in a slot. */
    record OpenTree(int slot, String hostPath, boolean recursive) implements Step {}

    /**
     * {@code fsopen(2)}, {@code fsconfig(2)} for each option in order ({@code key=value}, {@code key#slot} where the value
     * is the mount in a slot, or a bare flag), {@code fsmount(2)}: a new detached mount, kept in a slot. {@code attributes} are {@code MOUNT_ATTR_*}.
     */
    record CreateMount(int slot, String fsType, String source, List<String> options, long attributes) implements Step {
        public CreateMount {
            options = List.copyOf(options);
        }
    }

    /** Attaches the mount in a slot as the container's root file system; all later {@code inRoot} paths are below it. */
    record Root(int slot) implements Step {}

    /**
     * Attaches the mount in a slot at a path of the container, after making that path (a directory, or an empty file
     * when the mount's root is not a directory) if it is missing. {@code setAttributes} and {@code clearAttributes} are
     * {@code MOUNT_ATTR_*} for {@code mount_setattr(2)}, applied to the whole tree if {@code recursive}; {@code
     * propagation} is {@code MS_PRIVATE}, {@code MS_SLAVE}, {@code MS_SHARED} or 0 to leave it, always of the whole
     * tree.
     */
    record AttachMount(
            int slot, String inRoot, long setAttributes, long clearAttributes, boolean recursive, long propagation)
            implements Step {}

    /**
     * Narrows the mount in a slot to what is at a path in it, a directory or a file. The path is resolved as by a process
     * whose root the mount is. The process must have a mount namespace of its own.
     */
    record Subtree(int slot, String inMount) implements Step {}

    /** Makes a directory with its missing parents; an existing directory is left as it is. */
    record MakeDirectory(String inRoot, int mode, int uid, int gid) implements Step {}

    /** Makes a device node: {@code type} is {@code S_IFCHR}, {@code S_IFBLK} or {@code S_IFIFO}. Replaces nothing. */
    record MakeNode(String inRoot, int type, int mode, int major, int minor, int uid, int gid) implements Step {}

    /** Makes a symbolic link; an existing one with the same target is left. */
    record MakeSymlink(String target, String inRoot) implements Step {}

    /** Hides a path: a directory under an empty read-only tmpfs, anything else under /dev/null. A missing path is fine. */
    record Mask(String inRoot) implements Step {}

    /** Makes a path of the container read-only, with the mounts below it, by binding it on itself. A missing path is fine. */
    record ReadOnly(String inRoot) implements Step {}

    /** Makes the root file system of {@link Root} the process's root and detaches everything outside of it. */
    record PivotRoot(boolean readOnly) implements Step {}

    /** Writes below {@code /proc/sys}: {@code name} in dotted form. The process must already be in its namespaces. */
    record Sysctl(String name, String value) implements Step {}

    record Hostname(String name) implements Step {}

    /** Brings the loopback link of the current network namespace up. */
    record LoopbackUp() implements Step {}

    /** {@code prlimit(2)}; resource is {@code RLIMIT_*}. {@code tolerated}: EPERM is not a failure. */
    record ResourceLimit(int resource, long soft, long hard, boolean tolerated) implements Step {}

    /** Writes {@code oom_score_adj}. {@code tolerated}: EPERM or EACCES is not a failure. */
    record OomScoreAdj(int value, boolean tolerated) implements Step {}

    record Umask(int mask) implements Step {}

    /** A new session and, with a terminal, its controlling terminal. Stdio is put in place here. */
    record Session() implements Step {}

    record NoNewPrivileges() implements Step {}

    /** A seccomp filter as a BPF program: {@code struct sock_filter} records in host order, and seccomp(2) flags. */
    record Seccomp(Bytes program, long flags) implements Step {}

    /** Drops from the bounding set every capability whose bit is clear. */
    record BoundingCapabilities(long bits) implements Step {}

    /**
     * setgroups, setresgid, setresuid, then capset and the ambient set. Bits are {@code 1L << CAP_*}. The step keeps
     * capabilities over the change of user and restores them as given.
     */
    record Credentials(
            int uid, int gid, List<Integer> groups, long permitted, long effective, long inheritable, long ambient)
            implements Step {
        public Credentials {
            groups = List.copyOf(groups);
        }
    }

    /** Writes an AppArmor label for the next exec. */
    record AppArmor(String profile) implements Step {}

    /** Writes an SELinux label for the next exec. */
    record SelinuxLabel(String label) implements Step {}

    /** Changes to a directory of the container and verifies that it is below the root; {@code create} makes it if missing. */
    record WorkingDirectory(String inRoot, boolean create) implements Step {}

    /** Replaces the process. A command without a slash is searched in the PATH of {@code environment}. Always last. */
    record Exec(List<Bytes> arguments, List<Bytes> environment) implements Step {
        public Exec {
            arguments = List.copyOf(arguments);
            environment = List.copyOf(environment);
        }
    }

    /**
     * Lets another OCI runtime make the process. {@code program} is what each of its commands begins with, {@code verb} the
     * command that makes the process of {@code id} and its own options. The files of the call are in a new directory whose
     * path begins with {@code call}. Without a {@code process}, an OCI document, the container is started too. Always last.
     */
    record RuntimeCall(List<Bytes> program, List<Bytes> verb, String id, String call, Bytes process) implements Step {
        public RuntimeCall {
            program = List.copyOf(program);
            verb = List.copyOf(verb);
        }
    }
}
