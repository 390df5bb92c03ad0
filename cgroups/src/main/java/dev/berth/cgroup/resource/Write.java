package dev.berth.cgroup.resource;

/**
 * A value for one control file.
 *
 * @param optional the file may be missing: the kernel was built or started without that accounting
 */
public record Write(String file, String value, boolean optional) {
    public static Write of(String file, String value) {
        return new Write(file, value, false);
    }

    public static Write optional(String file, String value) {
        return new Write(file, value, true);
    }
}
