package dev.berth.cni.plugin.hostlocal;

import dev.berth.cni.address.Cidr;
import dev.berth.linux.lock.FlockedFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The addresses of a network that are handed out, held under its lock: one file an address, as the host-local plugin
 * keeps them, so that plugin and daemon can share the directory.
 */
final class LeaseDirectory implements AutoCloseable {
    private static final String LAST_RESERVED = "last_reserved_ip.";
    private static final int LEASE_LIMIT = 4096;

    /** Who has an address; leases of very old plugins have no interface name. */
    record Holder(String containerId, String interfaceName) {
        static Holder parse(String text) {
            String[] lines = text.strip().split("\r?\n", 2);
            return new Holder(lines[0].strip(), lines.length > 1 ? lines[1].strip() : "");
        }

        Holder withoutInterface() {
            return new Holder(containerId, "");
        }

        String text() {
            return containerId + "\r\n" + interfaceName;
        }
    }

    record Lease(InetAddress address, Holder holder) {}

    private final Path directory;
    private final FlockedFile lock;

    private LeaseDirectory(Path directory, FlockedFile lock) {
        this.directory = directory;
        this.lock = lock;
    }

    static LeaseDirectory open(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        return new LeaseDirectory(directory, FlockedFile.acquire(directory.resolve("lock")));
    }

    /** Takes an address unless somebody has it. */
    boolean reserve(InetAddress address, Holder holder, int rangeSet) throws IOException {
        String name = Cidr.text(address);
        try {
            Files.writeString(
                    directory.resolve(name), holder.text(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException _) {
            return false;
        }
        remember(directory.resolve(LAST_RESERVED + rangeSet), name);
        return true;
    }

    /** Overwrites in place: a file that is emptied first is flushed to the disk by ext4 when it is closed. */
    private static void remember(Path file, String name) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int length = text.remaining();
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.truncate(length);
        }
    }

    Optional<InetAddress> lastReserved(int rangeSet) throws IOException {
        Optional<String> text = read(directory.resolve(LAST_RESERVED + rangeSet));
        return text.map(String::strip).flatMap(LeaseDirectory::literal);
    }

    /** Frees an address if it is still this holder's; false if it is free already or somebody else's. */
    boolean release(InetAddress address, Holder holder) throws IOException {
        Path file = directory.resolve(Cidr.text(address));
        boolean held =
                lease(file).filter(lease -> lease.holder().equals(holder)).isPresent();
        return held && Files.deleteIfExists(file);
    }

    /** Reads every lease: for when it is not known which addresses somebody has. */
    void release(Predicate<Holder> whose) throws IOException {
        for (Lease lease : leases(each -> whose.test(each.holder()))) {
            Files.deleteIfExists(directory.resolve(Cidr.text(lease.address())));
        }
    }

    List<Lease> leases(Predicate<Lease> wanted) throws IOException {
        List<Lease> leases = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                lease(file).filter(wanted).ifPresent(leases::add);
            }
        }
        return leases;
    }

    private static Optional<Lease> lease(Path file) throws IOException {
        Optional<InetAddress> address = literal(file.getFileName().toString());
        if (address.isEmpty()) {
            return Optional.empty();
        }
        return read(file).map(text -> new Lease(address.get(), Holder.parse(text)));
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(Cidr.addressOf(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(LEASE_LIMIT), StandardCharsets.UTF_8));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
