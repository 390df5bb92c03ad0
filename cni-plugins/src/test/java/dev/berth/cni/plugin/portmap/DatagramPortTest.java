package dev.berth.cni.plugin.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cni.PodNetworks;
import dev.berth.cni.TestHost;
import dev.berth.cni.TestPod;
import dev.berth.cni.plugin.LinkRemoval;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatagramPortTest {
    private static final InetAddress HOST = InetAddress.ofLiteral("192.0.2.1");
    private static final PortMapping PORT = new PortMapping(PortMapping.Protocol.UDP, 8053, 53, Optional.empty());
    private static final int ANSWER_MILLIS = 5000;

    @TempDir
    private Path root;

    private static String ask(DatagramSocket socket) throws IOException {
        byte[] question = {'?'};
        socket.send(new DatagramPacket(question, question.length, HOST, PORT.hostPort()));
        DatagramPacket answer = new DatagramPacket(new byte[64], 64);
        socket.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }

    @Test
    void aSenderThatGoesOnReachesTheNextOwnerOfTheHostPort() throws Exception {
        TestHost host = TestHost.in(root);
        try (PodNetworks networks = PodNetworks.open(host.settings());
                TestPod outside = TestPod.start("outside");
                TestPod one = TestPod.start("one");
                TestPod two = TestPod.start("two");
                DatagramSocket first = one.serveDatagrams(PORT.containerPort());
                DatagramSocket second = two.serveDatagrams(PORT.containerPort())) {
            TestHost.neighbour(outside);
            networks.attach(one.request(PORT));
            try (DatagramSocket sender = outside.call(() -> new DatagramSocket(40000))) {
                sender.setSoTimeout(ANSWER_MILLIS);
                assertEquals("one", ask(sender), first.toString());
                networks.detach("one", Optional.of(one.netnsPath()), LinkRemoval.NOW);
                networks.attach(two.request(PORT));
                assertEquals("two", ask(sender), second.toString());
            }
            networks.collect(Set::of);
            networks.dismantle();
        } finally {
            TestHost.removeLink("uplink");
        }
    }
}
