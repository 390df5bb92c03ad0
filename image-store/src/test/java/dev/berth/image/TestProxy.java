package dev.berth.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A forward proxy that also tunnels. Wherever a client wants to go, it gets to one port of this machine. */
public final class TestProxy implements AutoCloseable {
    private final ServerSocket socket;
    private final int target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** The first line of each connection, and its Proxy-Authorization. */
    public final List<String> seen = new CopyOnWriteArrayList<>();

    public TestProxy(int target) throws IOException {
        this.target = target;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::serve);
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        try {
            while (true) {
                var client = socket.accept();
                threads.execute(() -> relay(client));
            }
        } catch (IOException _) {
            return; // closed
        }
    }

    private void relay(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            var head = head(client.getInputStream());
            var text = new String(head, StandardCharsets.ISO_8859_1);
            var authorization = text.lines()
                    .filter(line -> line.startsWith("Proxy-Authorization: "))
                    .findFirst();
            seen.add(text.lines().findFirst().orElse("")
                    + authorization.map(line -> " " + line).orElse(""));
            if (text.startsWith("CONNECT ")) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            } else {
                server.getOutputStream().write(head);
            }
            var back = threads.submit(() -> server.getInputStream().transferTo(client.getOutputStream()));
            client.getInputStream().transferTo(server.getOutputStream());
            back.cancel(true);
        } catch (IOException _) {
            return; // one of the two has gone
        }
    }

    private static byte[] head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended in its head");
            }
            head.write(next);
        }
        return head.toByteArray();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
