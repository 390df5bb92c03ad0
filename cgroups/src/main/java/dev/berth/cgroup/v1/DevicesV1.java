package dev.berth.cgroup.v1;

import dev.berth.cgroup.device.DevicePolicy;
import dev.berth.cgroup.device.DevicePolicy.Access;
import dev.berth.cgroup.device.DevicePolicy.Exemption;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** devices.allow and devices.deny. */
public final class DevicesV1 {
    private DevicesV1() {}

    /** Starting from everything or nothing makes the outcome independent of what was set before. */
    public static void replace(String directory, DevicePolicy policy) throws ErrnoException {
        String allow = directory + "/devices.allow";
        String deny = directory + "/devices.deny";
        Kernfs.write(policy.allowByDefault() ? allow : deny, "a");
        List<String> lines = policy.exceptions().stream().map(DevicesV1::line).toList();
        Kernfs.write(policy.allowByDefault() ? deny : allow, lines);
    }

    public static String line(Exemption exception) {
        String access = exception.access().stream()
                .sorted()
                .map((Access one) -> String.valueOf(one.letter()))
                .collect(Collectors.joining());
        var devices = exception.devices();
        return devices.type() + " " + number(devices.major()) + ":" + number(devices.minor()) + " " + access;
    }

    private static String number(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "*";
    }
}
