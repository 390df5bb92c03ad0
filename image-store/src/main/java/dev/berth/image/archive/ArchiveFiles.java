package dev.berth.image.archive;

import dev.berth.image.tar.TarEntry;
import dev.berth.image.tar.TarReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files in an archive by their names. Links only lead to other files of the archive. */
final class ArchiveFiles {
    /** An image has two or three files a layer. */
    private static final int MOST = 100_000;

    private static final int MOST_LINKS = 8;

    /** Of bytes in a name, and in all names and link targets together: they are kept in memory. */
    private static final int LONGEST_NAME = 4096;

    private static final int MOST_NAME_BYTES = 16 << 20;

    private final Map<String, Slice> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private long nameBytes;

    /** Goes through the archive once; contents stay where they are. */
    static ArchiveFiles read(FileChannel file) throws IOException {
        var found = new ArchiveFiles();
        refuseCompressed(file);
        var tar = new TarReader(new Slice(file, 0, file.size()).open());
        var count = 0;
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            if (++count > MOST) {
                throw new ArchiveException("the archive has more than " + MOST + " entries");
            }
            found.add(entry.get(), new Slice(file, tar.position(), entry.get().size()));
        }
        return found;
    }

    private static void refuseCompressed(FileChannel file) throws IOException {
        try (var in = new Slice(file, 0, Math.min(4, file.size())).open()) {
            var magic = in.readNBytes(4);
            if (magic.length == 4 && (isGzip(magic) || isZstd(magic))) {
                throw new ArchiveException("the archive is compressed as a whole; pipe it through zcat or zstdcat");
            }
        }
    }

    static boolean isGzip(byte[] magic) {
        return magic[0] == 0x1f && magic[1] == (byte) 0x8b;
    }

    static boolean isZstd(byte[] magic) {
        return magic[0] == 0x28 && magic[1] == (byte) 0xb5 && magic[2] == 0x2f && magic[3] == (byte) 0xfd;
    }

    private void checkNames(int path, int target) throws ArchiveException {
        // a relative target is kept with the directory of its link
        nameBytes += 2L * path + target;
        if (path > LONGEST_NAME || target > LONGEST_NAME || nameBytes > MOST_NAME_BYTES) {
            throw new ArchiveException("the archive has names too long: the limits are %d bytes for one and %d for all"
                    .formatted(LONGEST_NAME, MOST_NAME_BYTES));
        }
    }

    private void add(TarEntry entry, Slice content) throws IOException {
        checkNames(entry.path().length(), entry.linkTarget().length());
        switch (entry.kind()) {
            case FILE -> {
                if (!entry.extents().isEmpty()) {
                    throw new ArchiveException("'" + entry.path() + "' is a sparse file; write the archive without");
                }
                files.put(normal("", entry.path()), content);
            }
            case SYMLINK -> links.put(normal("", entry.path()), normal(directory(entry.path()), entry.linkTarget()));
            case HARD_LINK -> links.put(normal("", entry.path()), normal("", entry.linkTarget()));
            case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
        }
    }

    private static String directory(String path) {
        var slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** Without "." and "..": these are names in a table, nothing on a disk. */
    private static String normal(String directory, String path) {
        var parts = new ArrayDeque<String>();
        for (var part : (path.startsWith("/") ? path : directory + "/" + path).split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    boolean has(String name) {
        return find(name).isPresent();
    }

    Slice file(String name) throws ArchiveException {
        return find(name).orElseThrow(() -> new ArchiveException("the archive has no file '" + name + "'"));
    }

    private Optional<Slice> find(String name) {
        var path = normal("", name);
        for (var i = 0; i < MOST_LINKS && links.containsKey(path) && !files.containsKey(path); i++) {
            path = links.getOrDefault(path, path);
        }
        return Optional.ofNullable(files.get(path));
    }
}
