package dev.berth.cni.host;

import dev.berth.cni.plugin.Invocation;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import dev.berth.linux.net.NetfilterSocket;
import dev.berth.linux.net.NetworkNamespace;
import dev.berth.linux.net.Nftables;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.RouteSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The host's side of pod networks: its links, its packet filter and its network settings. */
public final class HostNetwork implements AutoCloseable {
    private static final Path SETTINGS = Path.of("/proc/sys/net");

    private final RouteSocket routes;
    private final NetfilterSocket netfilter;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable Nftables filter;

    private HostNetwork(RouteSocket routes, NetfilterSocket netfilter) {
        this.routes = routes;
        this.netfilter = netfilter;
    }

    public static HostNetwork open() throws IOException {
        RouteSocket routes = RouteSocket.open();
        try {
            return new HostNetwork(routes, NetfilterSocket.open());
        } catch (IOException e) {
            routes.close();
            throw e;
        }
    }

    public RouteSocket routes() {
        return routes;
    }

    public NetfilterSocket netfilter() {
        return netfilter;
    }

    /** Opened at first use: a network without masquerade and host ports needs no packet filter. */
    public Nftables filter() throws IOException {
        opening.lock();
        try {
            if (filter == null) {
                filter = Nftables.open();
            }
            return filter;
        } finally {
            opening.unlock();
        }
    }

    /** False when there is no such link. */
    public boolean deleteLink(String name) throws IOException {
        return deleteLink(routes, name);
    }

    private static boolean deleteLink(RouteSocket routes, String name) throws IOException {
        try {
            routes.commit(new RouteBatch().deleteLink(name));
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes a sandbox's link by its end here, or by the other one when somebody else has made it and named it. */
    public void deleteLink(String outside, Invocation invocation) throws IOException {
        Optional<Path> netns = invocation.netnsPath().map(Path::of).filter(Files::exists);
        if (!deleteLink(outside) && netns.isPresent()) {
            try (Fd namespace = NetworkNamespace.open(netns.get());
                    RouteSocket inside = RouteSocket.in(namespace)) {
                deleteLink(inside, invocation.interfaceName());
            }
        }
    }

    /** Lets the host pass on packets that are not its own. */
    public void forward(boolean ipv4) throws IOException {
        write(ipv4 ? "ipv4/ip_forward" : "ipv6/conf/all/forwarding", "1");
    }

    /** Writes a setting only when it differs, because each write takes the kernel's configuration lock. */
    private void write(String setting, String value) throws IOException {
        Path file = SETTINGS.resolve(setting);
        if (!Files.readString(file).strip().equals(value)) {
            Files.writeString(file, value);
        }
    }

    /** The same for a setting that the kernel may not have. */
    public void writeIfPresent(String setting, String value) throws IOException {
        try {
            write(setting, value);
        } catch (NoSuchFileException _) {
            // the kernel was built without it, so it has nothing to turn on or off
        }
    }

    @Override
    public void close() {
        opening.lock();
        try {
            Optional.ofNullable(filter).ifPresent(Nftables::close);
            filter = null;
            routes.close();
            netfilter.close();
        } finally {
            opening.unlock();
        }
    }
}
