package dev.berth.image.record;

/** What an image store takes on disk, its small documents apart. */
public record FilesystemUsage(long bytes, long inodes) {
    public FilesystemUsage plus(FilesystemUsage other) {
        return new FilesystemUsage(bytes + other.bytes, inodes + other.inodes);
    }

    public FilesystemUsage minus(FilesystemUsage other) {
        return new FilesystemUsage(bytes - other.bytes, inodes - other.inodes);
    }
}
