package dev.berth.cgroup.device;

import java.util.List;
import java.util.OptionalLong;

/**
 * One rule of a device list, as in the OCI runtime specification ({@code linux.resources.devices}).
 *
 * @param type {@code a} (all devices), {@code c} or {@code b}
 * @param major absent: any
 * @param minor absent: any
 * @param access some of {@code r}, {@code w} and {@code m} (mknod)
 */
public record DeviceRule(boolean allow, char type, OptionalLong major, OptionalLong minor, String access) {
    private static final long LARGEST_MAJOR = 0xfff;
    private static final long LARGEST_MINOR = 0xfffff;

    public DeviceRule {
        if ("acb".indexOf(type) < 0) {
            throw new IllegalArgumentException("device type '" + type + "' is not one of a, c, b");
        }
        if (!access.matches("[rwm]{1,3}")) {
            throw new IllegalArgumentException("device access \"" + access + "\" is not made of r, w, m");
        }
        check("major", major, LARGEST_MAJOR);
        check("minor", minor, LARGEST_MINOR);
    }

    public static DeviceRule denyAll() {
        return new DeviceRule(false, 'a', OptionalLong.empty(), OptionalLong.empty(), "rwm");
    }

    public static DeviceRule allowAll() {
        return new DeviceRule(true, 'a', OptionalLong.empty(), OptionalLong.empty(), "rwm");
    }

    /** What every unprivileged container gets: nothing but making nodes and the harmless devices. */
    public static List<DeviceRule> containerDefaults() {
        return List.of(
                denyAll(),
                new DeviceRule(true, 'c', OptionalLong.empty(), OptionalLong.empty(), "m"),
                new DeviceRule(true, 'b', OptionalLong.empty(), OptionalLong.empty(), "m"),
                device(1, 3), // null
                device(1, 5), // zero
                device(1, 7), // full
                device(1, 8), // random
                device(1, 9), // urandom
                device(5, 0), // tty
                device(5, 1), // console
                device(5, 2), // ptmx
                new DeviceRule(true, 'c', OptionalLong.of(136), OptionalLong.empty(), "rwm")); // pts
    }

    private static DeviceRule device(long major, long minor) {
        return new DeviceRule(true, 'c', OptionalLong.of(major), OptionalLong.of(minor), "rwm");
    }

    private static void check(String what, OptionalLong number, long largest) {
        if (number.isPresent() && (number.getAsLong() < 0 || number.getAsLong() > largest)) {
            throw new IllegalArgumentException("device " + what + " " + number.getAsLong() + " is out of range");
        }
    }
}
