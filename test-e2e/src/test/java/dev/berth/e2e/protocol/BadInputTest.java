package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListImagesRequest;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Ports;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a request or a configuration is told once, with the right code, and leaves nothing half-made. */
@ExtendWith(SharedRegistry.class)
final class BadInputTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";

    private final Path folder;
    private final Registry registry;
    private final Subject subject;
    private final CriClient client;

    BadInputTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        this.registry = registry;
        subject = Subject.start(folder, registry);
        client = subject.client();
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    /** The call fails with the code, and one message of at most a few lines names every subject. */
    private static void refused(Status.Code code, Executable call, String... subjects) {
        var status = assertThrows(StatusRuntimeException.class, call).getStatus();
        assertEquals(code, status.getCode(), status::toString);
        var message = String.valueOf(status.getDescription());
        for (var subject : subjects) {
            assertTrue(message.contains(subject), () -> "no \"" + subject + "\" in: " + message);
        }
        assertTrue(message.lines().count() == 1, () -> "several lines: " + message);
    }

    private void pull(String image) {
        client.images()
                .pullImage(PullImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
    }

    private Pod run() {
        return Pod.run(client, Pod.config(subject.marks(), "pod"));
    }

    @Test
    void anUnknownImage() {
        refused(Status.Code.NOT_FOUND, () -> pull("docker.io/library/absent:1"), "docker.io/library/absent:1");
        assertEquals(0, images());
    }

    @Test
    void aMalformedImageName() {
        refused(Status.Code.INVALID_ARGUMENT, () -> pull("docker.io/Library/UPPER:1"), "docker.io/Library/UPPER:1");
    }

    @Test
    void aRegistryThatCannotBeReached() throws IOException {
        var address = "127.0.0.1:" + Ports.free();
        refused(Status.Code.UNAVAILABLE, () -> pull(address + "/busybox:latest"), address);
        assertEquals(0, images());
    }

    @Test
    void aDigestThatNothingHas() {
        var image = "docker.io/library/busybox@sha256:" + "0".repeat(64);
        refused(Status.Code.NOT_FOUND, () -> pull(image), "sha256:000000");
        assertEquals(0, images());
    }

    @Test
    void aLayerWhoseContentIsNotWhatItsDigestSays() throws IOException {
        registry.flipLayers();
        try {
            refused(Status.Code.DATA_LOSS, () -> pull(BUSYBOX), "sha256:");
            assertEquals(0, images());
        } finally {
            registry.flipLayers();
        }
        pull(BUSYBOX);
    }

    private int images() {
        return client.images()
                .listImages(ListImagesRequest.getDefaultInstance())
                .getImagesCount();
    }

    /** A kubelet names none there. */
    @Test
    void aHostNameOfItsOwnOnTheHostsNetwork() {
        var config = Pod.onHostNetwork(Pod.config(subject.marks(), "pod")).toBuilder()
                .setHostname("own")
                .build();
        refused(Status.Code.INVALID_ARGUMENT, () -> Pod.run(client, config), "own");
    }

    @Test
    void aSettingThatTheKernelRefuses() {
        var config = Pod.config(subject.marks(), "pod").toBuilder();
        config.getLinuxBuilder().putSysctls("net.ipv4.ip_forward", "many");
        refused(
                Status.Code.INVALID_ARGUMENT,
                () -> Pod.run(client, config.build()),
                "net.ipv4.ip_forward",
                "the value many");
    }

    @Test
    void aMemoryLimitInWhichNothingStarts() {
        pull(BUSYBOX);
        var pod = run();
        var container = Pod.container("box", BUSYBOX, List.of("true")).toBuilder();
        container.getLinuxBuilder().getResourcesBuilder().setMemoryLimitInBytes(8192);
        var id = pod.create(container.build());
        refused(Status.Code.RESOURCE_EXHAUSTED, () -> pod.start(id), "memory limit");
    }

    @Test
    void aContainerOfAnImageThatIsNotHere() {
        var pod = run();
        refused(
                Status.Code.NOT_FOUND,
                () -> pod.create(Pod.container("box", "docker.io/library/absent:1", List.of())),
                "docker.io/library/absent:1");
        assertEquals(0, containers());
        pod.stop();
        pod.remove();
    }

    @Test
    void aCommandThatTheImageDoesNotHave() {
        pull(BUSYBOX);
        var pod = run();
        var id = pod.create(Pod.container("box", BUSYBOX, List.of("/no/such/program")));
        refused(Status.Code.INVALID_ARGUMENT, () -> pod.start(id), "/no/such/program");
        pod.remove(id);
        assertEquals(0, containers());
        pod.stop();
        pod.remove();
    }

    private int containers() {
        return client.pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersCount();
    }

    @Test
    void aSandboxThatIsNotThere() {
        var absent = new Pod(client, Pod.config(subject.marks(), "absent"), "c0ffee");
        refused(Status.Code.NOT_FOUND, absent::status, "c0ffee");
        refused(Status.Code.NOT_FOUND, () -> absent.create(Pod.container("box", BUSYBOX, List.of())), "c0ffee");
        refused(Status.Code.NOT_FOUND, () -> absent.start("c0ffee"), "c0ffee");
        refused(Status.Code.NOT_FOUND, () -> absent.exec("c0ffee", "true"), "c0ffee");
        absent.stop();
        absent.remove();
        absent.stop("c0ffee", 0);
        absent.remove("c0ffee");
    }

    @Test
    void aSandboxWithoutMetadata() {
        refused(Status.Code.INVALID_ARGUMENT, () -> Pod.run(client, PodSandboxConfig.getDefaultInstance()), "metadata");
    }

    @Test
    void aConfigurationKeyThatDoesNotExist() throws IOException, InterruptedException {
        var config = Files.writeString(folder.resolve("wrong.toml"), "rooot = \"/nowhere\"\n");
        var ended = berthd(config);
        assertNotEquals(0, ended.status());
        assertTrue(ended.errors().contains("rooot") && ended.errors().contains("root"), ended.errors());
        assertTrue(ended.errors().strip().lines().count() <= 2, ended.errors());
    }

    @Test
    void aConfigurationFileThatIsNotThere() throws IOException, InterruptedException {
        var ended = berthd(folder.resolve("absent.toml"));
        assertNotEquals(0, ended.status());
        assertTrue(ended.errors().contains("absent.toml"), ended.errors());
    }

    @Test
    void aUserOtherThanRoot() throws IOException, InterruptedException {
        var config = Files.writeString(Files.createTempDirectory("berth-user").resolve("c.toml"), "");
        try {
            var ended = Command.run(
                    List.of(
                            "setpriv",
                            "--reuid=65534",
                            "--regid=65534",
                            "--clear-groups",
                            Checkout.current().berthd().toString(),
                            "--config",
                            config.toString()),
                    Map.of(),
                    Duration.ofSeconds(30));
            assertNotEquals(0, ended.status());
            assertTrue(ended.errors().contains("root"), ended.errors());
            assertFalse(ended.errors().contains("\tat "), ended.errors());
        } finally {
            Files.delete(config);
            Files.delete(config.getParent());
        }
    }

    private static Command berthd(Path config) throws IOException, InterruptedException {
        return Command.run(Checkout.current().berthd().toString(), "--config", config.toString());
    }
}
