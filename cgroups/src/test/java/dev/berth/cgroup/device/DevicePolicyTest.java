package dev.berth.cgroup.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cgroup.v1.DevicesV1;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DevicePolicyTest {
    private static final OptionalLong ANY = OptionalLong.empty();

    @Test
    void rulesOfTheSameDevicesAreMerged() {
        var policy = DevicePolicy.of(List.of(DeviceRule.denyAll(), rule(true, 8, 1, "r"), rule(true, 8, 1, "wm")));
        assertFalse(policy.allowByDefault());
        assertEquals(List.of("b 8:1 mrw"), lines(policy));
    }

    @Test
    void aLaterRuleForAllForgetsTheEarlierOnes() {
        var policy = DevicePolicy.of(List.of(DeviceRule.denyAll(), rule(true, 8, 1, "r"), DeviceRule.allowAll()));
        assertTrue(policy.allowByDefault());
        assertEquals(List.of(), lines(policy));
    }

    @Test
    void anAllowedDeviceCanBeTakenBack() {
        var policy = DevicePolicy.of(List.of(
                DeviceRule.denyAll(),
                rule(true, 8, 1, "rwm"),
                rule(true, 8, 2, "r"),
                rule(false, 8, 1, "w"),
                rule(false, 8, 2, "r")));
        assertEquals(List.of("b 8:1 mr"), lines(policy));
    }

    @Test
    void aPartOfAWildcardCannotBeTakenBack() {
        var wide = new DeviceRule(true, 'b', OptionalLong.of(8), ANY, "rwm");
        var rules = List.of(DeviceRule.denyAll(), wide, rule(false, 8, 1, "w"));
        assertThrows(IllegalArgumentException.class, () -> DevicePolicy.of(rules));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "rwmr", "r w"})
    void anUnknownAccessIsRefused(String access) {
        assertThrows(IllegalArgumentException.class, () -> new DeviceRule(true, 'c', ANY, ANY, access));
    }

    private static DeviceRule rule(boolean allow, long major, long minor, String access) {
        return new DeviceRule(allow, 'b', OptionalLong.of(major), OptionalLong.of(minor), access);
    }

    private static List<String> lines(DevicePolicy policy) {
        return policy.exceptions().stream().map(DevicesV1::line).toList();
    }
}
