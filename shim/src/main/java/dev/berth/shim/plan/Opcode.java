package dev.berth.shim.plan;

/** The steps' numbers, as protocol.h lists them. */
enum Opcode {
    ATTACH_CGROUP(1),
    ENTER_NAMESPACES(2),
    UNSHARE(3),
    OPEN_TREE(4),
    CREATE_MOUNT(5),
    ROOT(6),
    ATTACH_MOUNT(7),
    MAKE_DIRECTORY(8),
    MAKE_NODE(9),
    MAKE_SYMLINK(10),
    MASK(11),
    READ_ONLY(12),
    PIVOT_ROOT(13),
    SYSCTL(14),
    HOSTNAME(15),
    LOOPBACK_UP(16),
    RESOURCE_LIMIT(17),
    OOM_SCORE_ADJ(18),
    UMASK(19),
    SESSION(20),
    NO_NEW_PRIVILEGES(21),
    SECCOMP(22),
    BOUNDING_CAPABILITIES(23),
    CREDENTIALS(24),
    APP_ARMOR(25),
    SELINUX_LABEL(26),
    WORKING_DIRECTORY(27),
    EXEC(28),
    SUBTREE(29),
    USER_NAMESPACE(30),
    MAP_IDS(31),
    STREAM_OWNER(32),
    SET_ATTRIBUTES(33),
    LOCK_FLAGS(34),
    RUNTIME_CALL(35);

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
