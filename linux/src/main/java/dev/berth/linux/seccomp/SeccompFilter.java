package dev.berth.linux.seccomp;

import com.sun.jna.Pointer;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/** Compiles a profile into the program that seccomp(2) takes: {@code struct sock_filter} records in the host's byte order. */
public final class SeccompFilter implements AutoCloseable {
    private static final int ATTRIBUTE_OPTIMIZE = 8;
    private static final int BINARY_TREE = 2;

    /** The library's answer for a name it does not know. */
    private static final int UNKNOWN = -1;

    private final Pointer context;
    private final SeccompProfile profile;

    private SeccompFilter(SeccompProfile profile) throws ErrnoException {
        this.profile = profile;
        int action = code(profile.defaultAction(), profile.defaultErrno());
        this.context = LibSeccomp.seccomp_init(action);
        if (Pointer.nativeValue(context) == 0) {
            throw new ErrnoException("seccomp_init", profile.defaultAction().specName(), Errno.EINVAL);
        }
    }

    /** Takes some milliseconds for a long profile: keep the result. */
    public static byte[] compile(SeccompProfile profile) throws ErrnoException {
        try (var filter = new SeccompFilter(profile)) {
            filter.attribute(ATTRIBUTE_OPTIMIZE, BINARY_TREE);
            filter.addArchitectures();
            for (SyscallRule rule : profile.syscalls()) {
                filter.add(rule);
            }
            return NewerSyscalls.prepend(profile, filter.export());
        }
    }

    /** The library's version: another one may know more system calls and so give another program. */
    public static String libraryVersion() {
        Pointer version = LibSeccomp.seccomp_version();
        return version.getInt(0) + "." + version.getInt(4) + "." + version.getInt(8);
    }

    @Override
    public void close() {
        LibSeccomp.seccomp_release(context);
    }

    private void attribute(int attribute, int value) throws ErrnoException {
        check(LibSeccomp.seccomp_attr_set(context, attribute, value), "seccomp_attr_set", attribute + "=" + value);
    }

    private void addArchitectures() throws ErrnoException {
        for (String name : profile.architectures()) {
            int token = Architecture.named(name).token();
            if (LibSeccomp.seccomp_arch_exist(context, token) != 0) {
                check(LibSeccomp.seccomp_arch_add(context, token), "seccomp_arch_add", name);
            }
        }
    }

    /** A rule that asks for what the default does anyway adds nothing, and the library refuses it. */
    private void add(SyscallRule rule) throws ErrnoException {
        int action = code(rule.action(), rule.errno());
        if (action == code(profile.defaultAction(), profile.defaultErrno())) {
            return;
        }
        for (String name : rule.names()) {
            int number = LibSeccomp.seccomp_syscall_resolve_name(name);
            if (number != UNKNOWN) {
                add(name, number, action, rule.arguments());
            }
        }
    }

    /** The library takes one test per argument and rule; runc's reading of more is that any of them is enough. */
    private void add(String name, int number, int action, List<ArgumentTest> arguments) throws ErrnoException {
        var indexes = new HashSet<Integer>();
        boolean alternatives = !arguments.stream().map(ArgumentTest::index).allMatch(indexes::add);
        if (!alternatives) {
            addOne(name, number, action, arguments);
            return;
        }
        for (ArgumentTest argument : arguments) {
            addOne(name, number, action, List.of(argument));
        }
    }

    private void addOne(String name, int number, int action, List<ArgumentTest> arguments) throws ErrnoException {
        byte[] comparisons = Comparisons.encode(arguments);
        int result = LibSeccomp.seccomp_rule_add_array(context, action, number, arguments.size(), comparisons);
        // the same rule twice is no error in a profile
        if (result != -Errno.EEXIST) {
            check(result, "seccomp_rule_add", name);
        }
    }

    private byte[] export() throws ErrnoException {
        try (var file = new MemoryFile()) {
            check(LibSeccomp.seccomp_export_bpf(context, file.number()), "seccomp_export_bpf", "memfd");
            return file.content();
        }
    }

    private static int code(Action action, OptionalInt errno) {
        return action.code(errno.orElse(Errno.EPERM));
    }

    private static void check(int result, String call, String subject) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, subject, -result);
        }
    }
}
