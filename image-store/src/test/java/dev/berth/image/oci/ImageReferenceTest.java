package dev.berth.image.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageReferenceTest {
    private static final String HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static void completed(String text, String expected) {
        assertEquals(expected, ImageReference.parse(text).toString());
    }

    @Test
    void aShortNameIsCompleted() {
        completed("busybox", "docker.io/library/busybox:latest");
        completed("busybox:1.36", "docker.io/library/busybox:1.36");
        completed("team/app", "docker.io/team/app:latest");
        completed("index.docker.io/busybox", "docker.io/library/busybox:latest");
        completed("docker.io/busybox@sha256:" + HEX, "docker.io/library/busybox@sha256:" + HEX);
    }

    @Test
    void aRegistryIsToldByADotAPortOrItsName() {
        completed("localhost/app", "localhost/app:latest");
        completed("localhost:5000/app", "localhost:5000/app:latest");
        completed("127.0.0.1:5000/a/b/c:x", "127.0.0.1:5000/a/b/c:x");
        completed("[::1]:5000/app", "[::1]:5000/app:latest");
        completed("registry.example/app", "registry.example/app:latest");
    }

    @Test
    void whereTagAndDigestAreWrittenTheDigestDecides() {
        completed("registry.example/app:v1@sha256:" + HEX, "registry.example/app@sha256:" + HEX);
    }

    @Test
    void whatIsMalformedIsRefusedWithItsText() {
        for (var text : List.of(
                "",
                "UPPER",
                "app:",
                "app:-x",
                "app@sha256:abc",
                "app@md5:" + HEX,
                HEX,
                "a//b",
                "a/../b",
                "host.example/",
                "app:" + "x".repeat(129),
                "x".repeat(256),
                "app tag",
                "a___b")) {
            var failure = assertThrows(IllegalArgumentException.class, () -> ImageReference.parse(text), text);
            assertTrue(String.valueOf(failure.getMessage()).contains("image reference '" + text + "'"));
        }
    }
}
