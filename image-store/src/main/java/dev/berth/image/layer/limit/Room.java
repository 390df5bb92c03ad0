package dev.berth.image.layer.limit;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** The room on a layer's file system: other programs of the host need some of it, so that unpacking stops before there is none. */
public final class Room {
    private static final int LARGEST_SHARE = 50;

    private final FileStore disk;
    private final Path place;
    private final long reserve;

    public Room(Path place, long reserve) throws IOException {
        this.place = place;
        this.disk = Files.getFileStore(place);
        this.reserve = Math.min(reserve, disk.getTotalSpace() / LARGEST_SHARE);
    }

    /** Fails if so many bytes more would leave less than the reserve. */
    public void require(long bytes) throws IOException {
        var free = disk.getUsableSpace();
        if (free - bytes < reserve) {
            throw new RoomException(
                    "the file system of %s has %d bytes free, too few for %d more with %d kept in reserve"
                            .formatted(place, free, bytes, reserve));
        }
    }
}
