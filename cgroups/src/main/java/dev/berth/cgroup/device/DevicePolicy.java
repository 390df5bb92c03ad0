package dev.berth.cgroup.device;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Device rules worked out the way the v1 controller does it: a default for every device and exceptions to it, merged
 * when they name the same devices. Both versions are set from this, so that a list means the same on both.
 *
 * @param allowByDefault what holds for a device that no exception names
 */
public record DevicePolicy(boolean allowByDefault, List<Exemption> exceptions) {
    public enum Access {
        MKNOD('m'),
        READ('r'),
        WRITE('w');

        private final char letter;

        Access(char letter) {
            this.letter = letter;
        }

        public char letter() {
            return letter;
        }
    }

    public record Devices(char type, OptionalLong major, OptionalLong minor) {
        boolean overlaps(Devices other) {
            return type == other.type && overlaps(major, other.major) && overlaps(minor, other.minor);
        }

        private static boolean overlaps(OptionalLong one, OptionalLong other) {
            return one.isEmpty() || other.isEmpty() || one.getAsLong() == other.getAsLong();
        }
    }

    public record Exemption(Devices devices, Set<Access> access) {}

    public DevicePolicy {
        exceptions = List.copyOf(exceptions);
    }

    /** An empty list leaves nothing allowed. */
    public static DevicePolicy of(List<DeviceRule> rules) {
        boolean allowByDefault = false;
        var exceptions = new LinkedHashMap<Devices, Set<Access>>();
        for (DeviceRule rule : rules) {
            if (rule.type() == 'a') {
                allowByDefault = rule.allow();
                exceptions.clear();
            } else if (rule.allow() == allowByDefault) {
                withdraw(exceptions, rule);
            } else {
                exceptions.merge(devices(rule), access(rule), DevicePolicy::union);
            }
        }
        var list = new ArrayList<Exemption>();
        exceptions.forEach((devices, access) -> list.add(new Exemption(devices, access)));
        return new DevicePolicy(allowByDefault, list);
    }

    /** Takes an exception back; one that would have to be split cannot be expressed to the v1 controller. */
    private static void withdraw(Map<Devices, Set<Access>> exceptions, DeviceRule rule) {
        Devices devices = devices(rule);
        Set<Access> withdrawn = access(rule);
        for (Devices other : List.copyOf(exceptions.keySet())) {
            Set<Access> left = EnumSet.copyOf(exceptions.getOrDefault(other, Set.of()));
            boolean touched = devices.overlaps(other) && left.removeAll(withdrawn);
            if (touched && !covers(devices, other)) {
                throw new IllegalArgumentException("device rule " + rule + " takes back a part of an earlier rule for "
                        + other + "; this cannot be expressed");
            }
            if (touched && left.isEmpty()) {
                exceptions.remove(other);
            } else if (touched) {
                exceptions.put(other, left);
            }
        }
    }

    private static boolean covers(Devices wide, Devices narrow) {
        return (wide.major().isEmpty() || wide.major().equals(narrow.major()))
                && (wide.minor().isEmpty() || wide.minor().equals(narrow.minor()));
    }

    private static Devices devices(DeviceRule rule) {
        return new Devices(rule.type(), rule.major(), rule.minor());
    }

    private static Set<Access> access(DeviceRule rule) {
        var access = EnumSet.noneOf(Access.class);
        for (Access one : Access.values()) {
            if (rule.access().indexOf(one.letter) >= 0) {
                access.add(one);
            }
        }
        return access;
    }

    private static Set<Access> union(Set<Access> one, Set<Access> other) {
        var both = EnumSet.copyOf(one);
        both.addAll(other);
        return both;
    }
}
