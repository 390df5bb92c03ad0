package dev.berth.image.tar;

import java.util.List;
import java.util.Map;

/**
 * One entry of a tar archive. Names hold one character per byte (ISO-8859-1), since tar does not say what encoding they have.
 *
 * @param size of the file as it will be, holes included
 * @param extents where a sparse file has data, in order; empty for an ordinary file
 * @param attributes extended attributes by name
 */
public record TarEntry(
        String path,
        Kind kind,
        int mode,
        int user,
        int group,
        long size,
        long mtimeSeconds,
        int mtimeNanos,
        String linkTarget,
        int major,
        int minor,
        List<Extent> extents,
        Map<String, byte[]> attributes) {

    public enum Kind {
        FILE,
        DIRECTORY,
        SYMLINK,
        HARD_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        FIFO
    }

    /** This entry where it was placed, with those attributes that were accepted. */
    public TarEntry placed(String place, Map<String, byte[]> accepted) {
        return at(place, linkTarget, accepted);
    }

    /** This hard link where it was placed, and the place of the file that it leads to. */
    public TarEntry linked(String place, String target) {
        return at(place, target, Map.of());
    }

    private TarEntry at(String place, String target, Map<String, byte[]> accepted) {
        return new TarEntry(
                place,
                kind,
                mode,
                user,
                group,
                size,
                mtimeSeconds,
                mtimeNanos,
                target,
                major,
                minor,
                extents,
                accepted);
    }

    /** A piece of a sparse file that holds data. */
    public record Extent(long offset, long length) {
        public Extent {
            if (offset < 0 || length < 0 || offset + length < 0) {
                throw new IllegalArgumentException("sparse extent " + offset + "+" + length);
            }
        }
    }
}
