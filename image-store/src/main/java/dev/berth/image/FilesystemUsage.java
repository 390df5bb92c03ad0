package dev.berth.image;

/** What an image store takes on disk, its small documents apart. */
public record FilesystemUsage(long bytes, long inodes) {
    FilesystemUsage plus(FilesystemUsage other) {
        return new FilesystemUsage(bytes + other.bytes, inodes + other.inodes);
    }

    FilesystemUsage minus(FilesystemUsage other) {
        return new FilesystemUsage(bytes - other.bytes, inodes - other.inodes);
    }
}
