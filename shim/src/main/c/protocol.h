// The wire format's numbers: the one place where opcodes, frame types and limits are written down.
// shim/PROTOCOL.md describes the format; the Java encoder is held to this file by a test that reads it.
#pragma once

#define PROTOCOL_MAGIC 0x48545242
#define PROTOCOL_VERSION 1

#define LIMIT_LAUNCH 2097152
#define LIMIT_FRAME 2097152
#define LIMIT_STRING 131072
#define LIMIT_LIST 65536
#define LIMIT_STEPS 4096
#define LIMIT_SLOTS 1024
#define LIMIT_DESCRIPTORS 64
#define LIMIT_DRAIN_MS 60000
#define LIMIT_LAUNCH_MS 600000

#define KIND_CONTAINER 0
#define KIND_SANDBOX 1

#define FLAG_STDIN 1
#define FLAG_STDIN_ONCE 2
#define FLAG_TERMINAL 4

#define FIRST_DESCRIPTOR 6
#define DESCRIPTOR_INIT -1

// Opcode, name, and the fields in order: u 32-bit, q 64-bit, b boolean, t slot, d descriptor index,
// s string, L list of strings, g list of 32-bit numbers, y bytes.
#define PROTOCOL_STEPS(X)                                                                                              \
	X(1, ATTACH_CGROUP, attach_cgroup, "s")                                                                        \
	X(2, ENTER_NAMESPACES, enter_namespaces, "dq")                                                                 \
	X(3, UNSHARE, unshare, "q")                                                                                    \
	X(4, OPEN_TREE, open_tree, "tsb")                                                                              \
	X(5, CREATE_MOUNT, create_mount, "tssLq")                                                                      \
	X(6, ROOT, root, "t")                                                                                          \
	X(7, ATTACH_MOUNT, attach_mount, "tsqqbq")                                                                     \
	X(8, MAKE_DIRECTORY, make_directory, "suuu")                                                                   \
	X(9, MAKE_NODE, make_node, "suuuuuu")                                                                          \
	X(10, MAKE_SYMLINK, make_symlink, "ss")                                                                        \
	X(11, MASK, mask, "s")                                                                                         \
	X(12, READ_ONLY, read_only, "s")                                                                               \
	X(13, PIVOT_ROOT, pivot_root, "b")                                                                             \
	X(14, SYSCTL, sysctl, "ss")                                                                                    \
	X(15, HOSTNAME, hostname, "s")                                                                                 \
	X(16, LOOPBACK_UP, loopback_up, "")                                                                            \
	X(17, RESOURCE_LIMIT, resource_limit, "uqqb")                                                                  \
	X(18, OOM_SCORE_ADJ, oom_score_adj, "ub")                                                                      \
	X(19, UMASK, umask, "u")                                                                                       \
	X(20, SESSION, session, "")                                                                                    \
	X(21, NO_NEW_PRIVILEGES, no_new_privileges, "")                                                                \
	X(22, SECCOMP, seccomp, "yq")                                                                                  \
	X(23, BOUNDING_CAPABILITIES, bounding_capabilities, "q")                                                       \
	X(24, CREDENTIALS, credentials, "uugqqqq")                                                                     \
	X(25, APP_ARMOR, app_armor, "s")                                                                               \
	X(26, SELINUX_LABEL, selinux_label, "s")                                                                       \
	X(27, WORKING_DIRECTORY, working_directory, "sb")                                                              \
	X(28, EXEC, exec, "LL")                                                                                        \
	X(29, SUBTREE, subtree, "ts")                                                                                  \
	X(30, USER_NAMESPACE, user_namespace, "ss")                                                                    \
	X(31, MAP_IDS, map_ids, "td")                                                                                  \
	X(32, STREAM_OWNER, stream_owner, "u")                                                                         \
	X(33, SET_ATTRIBUTES, set_attributes, "tqqb")                                                                  \
	X(34, LOCK_FLAGS, lock_flags, "gd")                                                                            \
	X(35, RUNTIME_CALL, runtime_call, "LLssy")

#define PROTOCOL_FRAMES(X)                                                                                             \
	X(1, SUBSCRIBE)                                                                                                \
	X(2, EXEC)                                                                                                     \
	X(3, SIGNAL)                                                                                                   \
	X(4, STDIN)                                                                                                    \
	X(5, CLOSE_STDIN)                                                                                              \
	X(6, REOPEN_LOG)                                                                                               \
	X(7, PING)                                                                                                     \
	X(8, TERMINATE)                                                                                                \
	X(9, ATTACH)                                                                                                   \
	X(10, RESIZE)                                                                                                  \
	X(64, RUNNING)                                                                                                 \
	X(65, EXITED)                                                                                                  \
	X(66, STARTED)                                                                                                 \
	X(67, FAILED)                                                                                                  \
	X(68, STDOUT)                                                                                                  \
	X(69, STDERR)                                                                                                  \
	X(70, DONE)                                                                                                    \
	X(71, PONG)                                                                                                    \
	X(72, LOST)

#define FRAME_HEADER 5
#define EXIT_RECORD_BYTES 26
#define PID_FILE_BYTES 16

enum opcode {
#define X(code, upper, lower, fields) STEP_##upper = (code),
	PROTOCOL_STEPS(X)
#undef X
	    STEP_COUNT
};

enum frame_type {
#define X(code, upper) FRAME_##upper = (code),
	PROTOCOL_FRAMES(X)
#undef X
	    FRAME_COUNT
};
