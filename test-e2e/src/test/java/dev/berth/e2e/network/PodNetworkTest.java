package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.cri.api.DNSConfig;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.NamespaceMode;
import dev.berth.cri.api.NamespaceOption;
import dev.berth.cri.api.PodIP;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PortMapping;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Ports;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import dev.berth.e2e.Subject;
import dev.berth.e2e.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The network as containers of a pod see it from inside. */
@ExtendWith(SharedRegistry.class)
final class PodNetworkTest {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final String NGINX = "docker.io/library/nginx:latest";
    private static final Duration SOON = Duration.ofSeconds(15);

    private final Subject subject;

    PodNetworkTest(@TempDir Path folder, Registry registry) throws IOException, InterruptedException, TimeoutException {
        subject = Subject.start(folder, registry);
        for (var image : List.of(BUSYBOX, NGINX)) {
            var spec = ImageSpec.newBuilder().setImage(image);
            subject.client()
                    .images()
                    .pullImage(PullImageRequest.newBuilder().setImage(spec).build());
        }
    }

    @AfterEach
    void nothingIsLeft() throws IOException, InterruptedException, TimeoutException {
        try {
            subject.removePods();
        } finally {
            subject.awaitNothingLeft();
        }
    }

    private PodSandboxConfig.Builder config(String name) {
        return Pod.config(subject.marks(), name).toBuilder();
    }

    private Pod run(PodSandboxConfig.Builder config) {
        return Pod.run(subject.client(), config.build());
    }

    /** A container that answers questions. */
    private static String box(Pod pod) {
        return pod.start(Pod.container("box", BUSYBOX, List.of("sleep", "1000")));
    }

    private static String ask(Pod pod, String container, String... command) {
        var answer = pod.exec(container, command);
        return (answer.getStdout().toString(StandardCharsets.UTF_8)
                        + answer.getStderr().toString(StandardCharsets.UTF_8))
                .strip();
    }

    private static List<String> addresses(Pod pod) {
        var network = pod.status().getNetwork();
        var all = new java.util.ArrayList<>(List.of(network.getIp()));
        network.getAdditionalIpsList().stream().map(PodIP::getIp).forEach(all::add);
        return all;
    }

    @Test
    void namesAndResolversAreThePodsOwn() throws IOException {
        var dns = DNSConfig.newBuilder()
                .addServers("10.0.0.10")
                .addSearches("svc.test")
                .addOptions("ndots:5")
                .build();
        var pod = run(config("named").setDnsConfig(dns));
        var box = box(pod);
        assertEquals("named", ask(pod, box, "hostname"));
        assertEquals("named", ask(pod, box, "cat", "/etc/hostname"));
        assertEquals(
                List.of("nameserver 10.0.0.10", "options ndots:5", "search svc.test"),
                ask(pod, box, "cat", "/etc/resolv.conf").lines().sorted().toList());
        var plain = run(config("plain"));
        assertEquals(
                Files.readString(Path.of("/etc/resolv.conf")).strip(),
                ask(plain, box(plain), "cat", "/etc/resolv.conf"));
    }

    @Test
    void settingsOfTheNetworkAreThoseOfThePod() throws IOException {
        var setting = "/proc/sys/net/ipv4/ip_local_port_range";
        var before = Files.readString(Path.of(setting));
        var config = config("set");
        config.getLinuxBuilder().putSysctls("net.ipv4.ip_local_port_range", "20000 30000");
        var pod = run(config);
        var box = box(pod);
        assertEquals("0", ask(pod, box, "cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"));
        assertEquals("0 2147483647", spaced(ask(pod, box, "cat", "/proc/sys/net/ipv4/ping_group_range")));
        assertEquals("20000 30000", spaced(ask(pod, box, "cat", setting)));
        assertEquals(before, Files.readString(Path.of(setting)));
    }

    private static String spaced(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void podsReachEachOtherAndTheHostInBothFamilies() throws IOException, InterruptedException, TimeoutException {
        var web = run(config("web"));
        web.start(Pod.container("nginx", NGINX, List.of()));
        var pod = run(config("asking"));
        var box = box(pod);
        var theirs = addresses(web);
        assertEquals(2, theirs.size(), theirs::toString);
        Waiting.until(
                "a page comes",
                SOON,
                () -> fetch(pod, box, theirs.getFirst() + ":80").contains("Welcome to nginx!"));
        for (var address :
                List.of("[" + theirs.getLast() + "]", subject.marks().network() + ".1", "127.0.0.1", "[::1]")) {
            // nobody listens there, and whoever is there says so
            var answer = fetch(pod, box, address + ":1");
            assertTrue(answer.contains("refused"), address + ": " + answer);
        }
        var gateway = subject.marks().network() + ".1";
        var route = ask(pod, box, "cat", "/proc/net/route");
        assertTrue(route.contains("eth0\t00000000\t" + littleEndian(gateway)), route);
    }

    private static String fetch(Pod pod, String box, String place) {
        return ask(pod, box, "wget", "-q", "-O-", "http://" + place + "/");
    }

    /** As the kernel writes IPv4 addresses of routes. */
    private static String littleEndian(String address) {
        var text = new StringBuilder();
        for (byte part : InetAddress.ofLiteral(address).getAddress()) {
            text.insert(0, "%02X".formatted(part));
        }
        return text.toString();
    }

    @Test
    void aPortOfTheHostLeadsIntoThePod() throws IOException, InterruptedException, TimeoutException {
        var port = Ports.free();
        var web = run(config("web")
                .addPortMappings(PortMapping.newBuilder().setHostPort(port).setContainerPort(80)));
        web.start(Pod.container("nginx", NGINX, List.of()));
        try (var browser = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .build();
            Waiting.until("nginx answers", SOON, () -> page(browser, request).contains("Welcome to nginx!"));
            web.stop();
            assertEquals("", page(browser, request));
        }
    }

    private static String page(HttpClient browser, HttpRequest request) throws InterruptedException {
        try {
            return browser.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException none) {
            return "";
        }
    }

    @Test
    void aPodOnTheHostsNetworkHasItsNamesAndLinks() throws IOException {
        var config = config("hosted").clearHostname();
        var namespaces = NamespaceOption.newBuilder()
                .setNetwork(NamespaceMode.NODE)
                .setPid(NamespaceMode.CONTAINER)
                .build();
        config.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(namespaces);
        var pod = run(config);
        var container = Pod.container("box", BUSYBOX, List.of("sleep", "1000")).toBuilder();
        container.getLinuxBuilder().getSecurityContextBuilder().setNamespaceOptions(namespaces);
        var box = pod.start(container.build());
        assertEquals(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(), ask(pod, box, "hostname"));
        assertEquals(
                Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString(),
                ask(pod, box, "readlink", "/proc/self/ns/net"));
        assertEquals("", pod.status().getNetwork().getIp());
    }

    @Test
    void everyAddressOutlivesTheDaemon() throws IOException, InterruptedException, TimeoutException {
        var pod = run(config("lasting"));
        var box = box(pod);
        var before = addresses(pod);
        assertEquals(2, before.size(), before::toString);
        var interfaces = ask(pod, box, "cat", "/proc/net/fib_trie", "/proc/net/if_inet6");
        subject.runtime().kill();
        subject.runtime().start();
        Waiting.until("the connection is back", SOON, subject.client()::answers);
        assertEquals(before, addresses(pod));
        assertEquals(interfaces, ask(pod, box, "cat", "/proc/net/fib_trie", "/proc/net/if_inet6"));
        var other = run(config("other"));
        for (var address : addresses(other)) {
            assertTrue(!before.contains(address), address);
        }
        assertNotEquals(pod.id(), other.id());
    }
}
