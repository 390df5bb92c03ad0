package dev.berth.cni;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.network.DefaultNetwork;
import dev.berth.cni.network.NetworkSettings;
import dev.berth.linux.net.Link;
import dev.berth.linux.net.LinkAddress;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import dev.berth.linux.net.VethPair;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The host of a test: the network namespace the test's Java runs in, and folders below a temporary one. */
public record TestHost(Path root) {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long PAUSE_NANOS = 5_000_000L;
    public static final List<Cidr> SUBNETS = List.of(Cidr.parse("10.91.0.0/16"), Cidr.parse("fd91:6265:7274:68::/64"));

    /** Refuses to go on in the namespace of the build, where a test could do harm. */
    public static TestHost in(Path root) throws IOException {
        Path mine = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        if (mine.equals(Files.readSymbolicLink(Path.of("/proc/" + parent + "/ns/net")))) {
            throw new IllegalStateException("the tests need a network namespace of their own: run them by Maven");
        }
        return new TestHost(root);
    }

    public NetworkSettings settings() {
        return settings(true, SUBNETS, List.of(Path.of("/usr/lib/cni")));
    }

    public NetworkSettings settings(boolean preferBuiltin, List<Cidr> subnets, List<Path> programs) {
        return new NetworkSettings(
                confDir(),
                programs,
                root.resolve("cache"),
                preferBuiltin,
                Optional.of(new DefaultNetwork("tst", "tst0", subnets, leases())),
                Duration.ofSeconds(10),
                "berth_test");
    }

    public Path confDir() {
        return root.resolve("net.d");
    }

    public Path leases() {
        return root.resolve("leases");
    }

    public Path program(String name, String script) throws IOException {
        Path directory = Files.createDirectories(root.resolve("bin"));
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    public void configure(String conflist) throws IOException {
        Files.createDirectories(confDir());
        Files.writeString(confDir().resolve("10-test.conflist"), conflist);
    }

    public Set<String> leased(String network) throws IOException {
        try (Stream<Path> files = Files.list(leases().resolve(network))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("lock") && !name.startsWith("last_reserved"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** The kernel takes a link away some time after the namespace of its other end. */
    public static void awaitNoLinks(String prefix) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!links(prefix).isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        assertEquals(List.of(), links(prefix));
    }

    public static List<Link> links(String prefix) throws IOException {
        try (RouteSocket routes = RouteSocket.open()) {
            return routes.links().stream()
                    .filter(link -> link.name().startsWith(prefix))
                    .toList();
        }
    }

    /** Links the host with a neighbour that knows no route to any pod: 192.0.2.1 here, 192.0.2.2 there. */
    public static void neighbour(TestPod outside) throws IOException {
        try (RouteSocket here = RouteSocket.open();
                RouteSocket there = RouteSocket.in(outside.netns())) {
            MacAddress mac = MacAddress.random();
            here.commit(new RouteBatch()
                    .up("lo")
                    .veth(new VethPair(
                            "uplink", mac, "eth0", MacAddress.random(), Optional.of(outside.netns()), 0, 0)));
            int uplink = here.link("uplink").orElseThrow().index();
            here.commit(new RouteBatch().address(new LinkAddress(uplink, InetAddress.ofLiteral("192.0.2.1"), 24)));
            int eth0 = there.link("eth0").orElseThrow().index();
            there.commit(
                    new RouteBatch().up("eth0").address(new LinkAddress(eth0, InetAddress.ofLiteral("192.0.2.2"), 24)));
        }
    }

    /** Runs a command in the namespace of the calling thread and gives what it printed. */
    public static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.onExit().join().exitValue();
        if (status != 0) {
            throw new IOException(List.of(command) + " ended with " + status + ": " + output);
        }
        return output;
    }

    public static void removeLink(String name) throws IOException {
        try (HostNetwork network = HostNetwork.open()) {
            network.deleteLink(name);
        }
    }
}
