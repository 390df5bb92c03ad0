package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.attachment.Attachment;
import dev.berth.cni.document.Json;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.linux.net.NetworkNamespace;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same conflist through the programs of Debian's containernetworking-plugins and through the built-in plugins, each
 * in a host namespace of its own: what the kernel shows, what gets through, the result and the lease files are the same.
 */
final class ReferenceComparisonTest {
    private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    private static final String RESOLV_CONF = """
        # a comment
        nameserver 192.0.2.53
        nameserver 192.0.2.54
        domain example.test
        search a.test b.test
        options ndots:2 rotate
        """;

    @TempDir
    private Path root;

    static Stream<ComparisonCase> cases() {
        return ComparisonCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bothDoTheSame(ComparisonCase each) throws Exception {
        String reference = observed(each, false);
        String builtin = observed(each, true);
        assertEquals(each.expected(reference), builtin);
    }

    private String observed(ComparisonCase each, boolean builtin) throws Exception {
        Path folder = Files.createDirectories(root.resolve(builtin ? "ours" : "reference"));
        TestHost files = TestHost.in(folder);
        files.configure(each.conflist(files.leases(), folder));
        Files.writeString(folder.resolve("resolv.conf"), RESOLV_CONF);
        try (TestPod host = TestPod.start("host");
                TestPod outside = TestPod.start("outside");
                TestPod pod = TestPod.start("pod")) {
            return NetworkNamespace.call(host.netns(), () -> inHost(each, files, builtin, outside, pod));
        }
    }

    private static String inHost(ComparisonCase each, TestHost files, boolean builtin, TestPod outside, TestPod pod)
            throws IOException {
        TestHost.neighbour(outside);
        try (RouteSocket there = RouteSocket.in(outside.netns())) {
            there.commit(new RouteBatch().up("lo"));
        }
        Map<String, String> seen = new TreeMap<>();
        NetworkSettings settings = files.settings(builtin, TestHost.SUBNETS, List.of(Path.of("/usr/lib/cni")));
        try (PodNetworks networks = PodNetworks.open(settings)) {
            Attachment attachment = networks.attach(pod.request(each.ports().toArray(PortMapping[]::new)));
            seen.put("result", normalised(attachment.result(), pod));
            seen.putAll(NetworkState.of("host", "/proc/thread-self/ns/net", each.settings()));
            seen.putAll(NetworkState.of("pod", pod.netnsPath(), each.settings()));
            seen.putAll(leases(files, "leases"));
            probe(each, outside, pod, seen);
            networks.detach(pod.id(), Optional.of(pod.netnsPath()), LinkRemoval.NOW);
            seen.putAll(NetworkState.of("host after", "/proc/thread-self/ns/net", each.settings()));
            seen.putAll(leases(files, "leases after"));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        StringBuilder text = new StringBuilder();
        seen.forEach((key, value) ->
                text.append(key).append(value.isEmpty() ? "" : ": " + value).append('\n'));
        return text.toString();
    }

    private static void probe(ComparisonCase each, TestPod outside, TestPod pod, Map<String, String> seen)
            throws IOException {
        try (ServerSocket inside = pod.serve(80);
                ServerSocket beyond = outside.serve(80)) {
            seen.put("probe 1 pod to outside", answer(() -> pod.ask(OUTSIDE, beyond.getLocalPort())));
            for (PortMapping port : each.ports()) {
                if (port.protocol() == PortMapping.Protocol.TCP && inside.isBound()) {
                    seen.put("probe outside to " + port, answer(() -> outside.ask(HOST, port.hostPort())));
                    seen.put("probe host to " + port, answer(() -> TestPod.askFromHere(HOST, port.hostPort())));
                    seen.put("probe self to " + port, answer(() -> TestPod.askFromHere(LOCALHOST, port.hostPort())));
                    seen.put("probe pod to " + port, answer(() -> pod.ask(HOST, port.hostPort())));
                }
            }
        }
    }

    private static String answer(NetworkNamespace.Work<String> question) {
        try {
            return question.run();
        } catch (IOException e) {
            return "no answer";
        }
    }

    private static Map<String, String> leases(TestHost files, String label) throws IOException {
        Map<String, String> found = new TreeMap<>();
        Path directory = files.leases();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.filter(Files::isRegularFile).forEach(all::add);
        }
        for (Path file : all) {
            String content = Files.readString(file).replace("\r", "\\r").replace("\n", "\\n");
            found.put(label + " " + directory.relativize(file), NetworkState.normalised(content));
        }
        return found;
    }

    /** Without what is random, and with the members of each object in one order. */
    private static String normalised(String result, TestPod pod) throws IOException {
        ObjectNode document = Json.parse(result.getBytes(StandardCharsets.UTF_8), "result");
        Map<String, JsonNode> members = new TreeMap<>();
        document.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return NetworkState.normalised(members.toString()).replace(pod.netnsPath(), "NETNS");
    }
}
