package dev.berth.engine.lowering;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mount;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of a mount, sorted by who takes them.
 *
 * @param set {@code MOUNT_ATTR_*} to set, on the whole tree if {@code recursive}; {@code clear}: those to clear before
 * @param propagation {@code MS_PRIVATE}, {@code MS_SLAVE}, {@code MS_SHARED} or 0
 * @param subdirectory the part of the source to mount; empty for all of it
 * @param filesystem what is left: parameters of the file system
 */
record MountOptions(
        long set, long clear, boolean recursive, long propagation, String subdirectory, List<String> filesystem) {
    static final long RDONLY = 0x01;
    static final long NOSUID = 0x02;
    static final long NODEV = 0x04;
    static final long NOEXEC = 0x08;
    static final long ATIME = 0x70;
    static final long NOATIME = 0x10;
    static final long STRICTATIME = 0x20;
    static final long NODIRATIME = 0x80;
    static final long NOSYMFOLLOW = 0x0020_0000;
    static final long MS_PRIVATE = 1L << 18;
    static final long MS_SLAVE = 1L << 19;
    static final long MS_SHARED = 1L << 20;

    static MountOptions of(Mount mount) throws InvalidSpecException {
        Parser parser = new Parser();
        for (String option : mount.options()) {
            parser.accept(option, mount);
        }
        if (mount.bind() && !parser.filesystem.isEmpty()) {
            throw new InvalidSpecException(
                    "mount at " + mount.destination() + ": unsupported option of a bind: " + parser.filesystem);
        }
        return new MountOptions(
                parser.set,
                parser.clear,
                parser.recursive,
                parser.propagation,
                parser.subdirectory,
                List.copyOf(parser.filesystem));
    }

    private static final class Parser {
        private long set;
        private long clear;
        private boolean recursive;
        private long propagation;
        private String subdirectory = "";
        private final List<String> filesystem = new ArrayList<>();

        private void accept(String option, Mount mount) throws InvalidSpecException {
            switch (option) {
                // "rw" takes nothing away from a host mount that is read-only
                case "bind", "rbind", "rw", "defaults", Mount.MAPPED -> {}
                case "ro" -> set |= RDONLY;
                case "rro" -> {
                    set |= RDONLY;
                    recursive = true;
                }
                case "nosuid" -> set |= NOSUID;
                case "suid" -> clear |= NOSUID;
                case "nodev" -> set |= NODEV;
                case "dev" -> clear |= NODEV;
                case "noexec" -> set |= NOEXEC;
                case "exec" -> clear |= NOEXEC;
                case "nosymfollow" -> set |= NOSYMFOLLOW;
                case "nodiratime" -> set |= NODIRATIME;
                case "relatime" -> atime(0);
                case "noatime" -> atime(NOATIME);
                case "strictatime" -> atime(STRICTATIME);
                case "private", "rprivate" -> propagation = MS_PRIVATE;
                case "slave", "rslave" -> propagation = MS_SLAVE;
                case "shared", "rshared" -> propagation = MS_SHARED;
                case "unbindable", "runbindable", "idmap", "remount", "tmpcopyup" ->
                    throw new InvalidSpecException(
                            "mount at " + mount.destination() + ": unsupported option " + option);
                default -> other(option);
            }
        }

        private void other(String option) {
            if (option.startsWith(Mount.SUBDIRECTORY)) {
                subdirectory = option.substring(Mount.SUBDIRECTORY.length());
            } else {
                filesystem.add(option);
            }
        }

        /** The times are one field of the attributes, not bits. */
        private void atime(long value) {
            set = (set & ~ATIME) | value;
            clear |= ATIME;
        }
    }
}
