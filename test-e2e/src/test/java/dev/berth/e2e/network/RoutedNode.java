package dev.berth.e2e.network;

import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.PodIP;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Daemon;
import dev.berth.e2e.Marks;
import dev.berth.e2e.Pod;
import dev.berth.e2e.Registry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A host of its own with a berthd, and a pod there that tells whoever asks which address it sees him come from. */
record RoutedNode(NamespaceHost host, Daemon daemon, CriClient client, Pod pod, String container)
        implements AutoCloseable {
    private static final String BUSYBOX = "docker.io/library/busybox:latest";
    private static final int PORT = 8080;

    private static final String SERVER = """
            mkdir -p /www/cgi-bin
            printf '#!/bin/sh\\nprintf "Content-Type: text/plain\\\\r\\\\n\\\\r\\\\n%%s" "$REMOTE_ADDR"\\n' > /www/cgi-bin/peer
            chmod 755 /www/cgi-bin/peer
            exec httpd -f -p 8080 -h /www
            """;

    /** The image is pulled before the daemon moves to its own network, from which the registry is out of reach. */
    static RoutedNode start(Marks marks, Registry registry, boolean masquerade)
            throws IOException, InterruptedException, TimeoutException {
        var networks = Files.createDirectories(marks.folder().resolve("net.d"));
        Files.writeString(networks.resolve("10-routed.conflist"), network(marks, masquerade));
        var daemon = Daemon.start(marks.folder(), registry);
        var host = NamespaceHost.make();
        try {
            pull(daemon);
            daemon.kill();
            daemon.startBy(host.wrapper());
            return serving(host, daemon);
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException failed) {
            daemon.close();
            host.close();
            throw failed;
        }
    }

    private static RoutedNode serving(NamespaceHost host, Daemon daemon) {
        var client = daemon.client();
        var pod = Pod.run(client, Pod.config(daemon.marks(), "server"));
        var container = pod.start(Pod.container("http", BUSYBOX, List.of("sh", "-c", SERVER)));
        return new RoutedNode(host, daemon, client, pod, container);
    }

    private static void pull(Daemon daemon) {
        try (var client = daemon.client()) {
            var image = ImageSpec.newBuilder().setImage(BUSYBOX);
            client.images()
                    .pullImage(PullImageRequest.newBuilder().setImage(image).build());
        }
    }

    private static String network(Marks marks, boolean masquerade) {
        return """
                {"cniVersion": "1.0.0", "name": "%1$s", "plugins": [
                  {"type": "bridge", "bridge": "%1$s", "isGateway": true, "ipMasq": %2$s, "ipam":
                    {"type": "host-local", "dataDir": "%3$s/leases", "ranges": [[{"subnet": "%4$s"}], [{"subnet": "%5$s"}]],
                     "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]}}]}
                """.formatted(marks.bridge(), masquerade, marks.folder(), marks.subnet(), marks.subnet6());
    }

    /** The pod's IPv4 address and its IPv6 address. */
    List<String> addresses() {
        var network = pod.status().getNetwork();
        var addresses = new ArrayList<>(List.of(network.getIp()));
        network.getAdditionalIpsList().stream().map(PodIP::getIp).forEach(addresses::add);
        return addresses;
    }

    void routeTo(RoutedNode other, List<String> gateways) throws IOException, InterruptedException {
        host.route(other.daemon.marks().subnet(), gateways.getFirst());
        host.route(other.daemon.marks().subnet6(), gateways.getLast());
    }

    /** The address that this node's pod has in the eyes of the pod at another address. */
    String asSeenBy(String address) throws IOException {
        var url = "http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + PORT + "/cgi-bin/peer";
        // the other pod's server may still be about to start
        var command = "until wget -q -O - %s; do usleep 50000; done".formatted(url);
        var answer = pod.exec(container, "sh", "-c", command);
        if (answer.getExitCode() != 0) {
            throw new IOException(url + ": " + answer.getStderr().toString(StandardCharsets.UTF_8));
        }
        var seen = answer.getStdout().toString(StandardCharsets.UTF_8);
        return seen.replace("::ffff:", "").replaceAll("[\\[\\]]", "");
    }

    @Override
    public void close() throws IOException {
        try (host;
                daemon;
                client) {
            pod.stop();
            pod.remove();
        }
    }
}
