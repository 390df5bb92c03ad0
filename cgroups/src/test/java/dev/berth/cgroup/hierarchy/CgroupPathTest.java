package dev.berth.cgroup.hierarchy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CgroupPathTest {
    @Test
    void parentsAreListedFromTheTop() {
        assertEquals(List.of("/kubepods", "/kubepods/pod1"), new CgroupPath("/kubepods/pod1/ctr").parents());
        assertEquals(List.of(), new CgroupPath("/one").parents());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "relative", "/a/../b", "/..", "/a//b", "/a/", "/a/.", "/a\0b", "/a\nb"})
    void aPathThatIsNotPlainIsRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> new CgroupPath(path));
    }

    @Test
    void theSystemdFormIsNamedInTheError() {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> new CgroupPath("kubepods-pod1.slice:cri-containerd:abc"));
        assertTrue(refused.toString().contains("systemd"), refused.toString());
    }

    @Test
    void anEndlessPathIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new CgroupPath("/a".repeat(3000)));
        assertThrows(IllegalArgumentException.class, () -> new CgroupPath("/" + "a".repeat(300)));
    }
}
