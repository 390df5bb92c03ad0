package dev.berth.cni;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
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
final class HostNetwork implements AutoCloseable {
    private static final Path SETTINGS = Path.of("/proc/sys/net");

    private final RouteSocket routes;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable Nftables filter;

    private HostNetwork(RouteSocket routes) {
        this.routes = routes;
    }

    static HostNetwork open() throws IOException {
        return new HostNetwork(RouteSocket.open());
    }

    RouteSocket routes() {
        return routes;
    }

    /** Opened at first use: a network without masquerade and host ports needs no packet filter. */
    Nftables filter() throws IOException {
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

    /** Not an error when there is no such link. */
    void deleteLink(String name) throws IOException {
        try {
            routes.commit(new RouteBatch().deleteLink(name));
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    /** Writes a setting only when it differs, because each write takes the kernel's configuration lock. */
    void set(String setting, String value) throws IOException {
        Path file = SETTINGS.resolve(setting);
        if (!Files.readString(file).strip().equals(value)) {
            Files.writeString(file, value);
        }
    }

    /** The same for a setting that the kernel may not have. */
    void setIfPresent(String setting, String value) throws IOException {
        try {
            set(setting, value);
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
        } finally {
            opening.unlock();
        }
    }
}
