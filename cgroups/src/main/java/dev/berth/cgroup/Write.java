package dev.berth.cgroup;

/**
 * A value for one control file.
 *
 * @param optional the file may be missing: the kernel was built or started without that accounting
 */
record Write(String file, String value, boolean optional) {
    static Write of(String file, String value) {
        return new Write(file, value, false);
    }

    static Write optional(String file, String value) {
        return new Write(file, value, true);
    }
}
