package dev.berth.cni;

import dev.berth.cni.address.Cidr;
import dev.berth.cni.plugin.portmap.PortMapping;
import dev.berth.cni.request.PodDns;
import dev.berth.cni.request.PodNetworkRequest;
import dev.berth.linux.Fd;
import dev.berth.linux.net.NetworkNamespace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A network namespace held by a process that ends with this object or with the tests. */
public final class TestPod implements AutoCloseable {
    private static final int ANSWER_MILLIS = 5000;

    private final String id;
    private final Process holder;
    private final Fd netns;

    private TestPod(String id, Process holder, Fd netns) {
        this.id = id;
        this.holder = holder;
        this.netns = netns;
    }

    public static TestPod start(String id) throws IOException {
        Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (holder.inputReader().readLine() == null) {
            throw new IOException("no namespace for pod " + id);
        }
        return new TestPod(id, holder, NetworkNamespace.open(Path.of(path(holder))));
    }

    private static String path(Process holder) {
        return "/proc/" + holder.pid() + "/ns/net";
    }

    public String id() {
        return id;
    }

    public String netnsPath() {
        return path(holder);
    }

    public Fd netns() {
        return netns;
    }

    public PodNetworkRequest request(PortMapping... ports) {
        return new PodNetworkRequest(
                id, "default", "pod-" + id, "uid-" + id, netnsPath(), netns, List.of(ports), PodDns.NONE, Map.of());
    }

    public <T> T call(NetworkNamespace.Work<T> work) throws IOException {
        return NetworkNamespace.call(netns, work);
    }

    /** Whether packets get there and back: a refused connection is an answer too. */
    public boolean reaches(InetAddress address) throws IOException {
        int unusedPort = 9;
        return call(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, unusedPort), ANSWER_MILLIS);
                return true;
            } catch (ConnectException e) {
                return String.valueOf(e.getMessage()).contains("refused");
            }
        });
    }

    /** Answers each connection with the address it came from, until closed. */
    public ServerSocket serve(int port) throws IOException {
        ServerSocket server = call(() -> new ServerSocket(port));
        Thread.ofVirtual().name("echo").start(() -> answer(server));
        return server;
    }

    private static void answer(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream()
                        .write(Cidr.text(client.getInetAddress()).getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                // the listener was closed, or the client went away: the client's side of the test tells
            }
        }
    }

    /** Answers each datagram with the pod's id, until closed. */
    public DatagramSocket serveDatagrams(int port) throws IOException {
        DatagramSocket server = call(() -> new DatagramSocket(port));
        Thread.ofVirtual().name("datagrams").start(() -> {
            byte[] name = id.getBytes(StandardCharsets.US_ASCII);
            while (!server.isClosed()) {
                try {
                    DatagramPacket question = new DatagramPacket(new byte[64], 64);
                    server.receive(question);
                    server.send(new DatagramPacket(name, name.length, question.getSocketAddress()));
                } catch (IOException _) {
                    // the socket was closed: the asking side of the test tells what it got
                }
            }
        });
        return server;
    }

    public String ask(InetAddress address, int port) throws IOException {
        try {
            return call(() -> askFromHere(address, port));
        } catch (IOException e) {
            throw new IOException("from " + id, e);
        }
    }

    public static String askFromHere(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IOException("connect to " + address + " port " + port, e);
        }
    }

    @Override
    public void close() {
        netns.close();
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
