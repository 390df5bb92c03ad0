package dev.berth.image.layer.limit;

/** How many paths of one layer are kept in memory, and how many bytes they have together. */
public final class PathQuota {
    private static final int MOST = 100_000;
    private static final int MOST_BYTES = 8 << 20;

    private int paths;
    private long bytes;

    /** False, and nothing taken, if there is no room for the path. Paths are of characters that are a byte each. */
    public boolean take(String path) {
        if (paths == MOST || bytes + path.length() > MOST_BYTES) {
            return false;
        }
        paths++;
        bytes += path.length();
        return true;
    }

    /**
     * Takes a path in, or refuses the layer.
     *
     * @param what the paths are of, for the refusal
     */
    public void require(String path, String what) throws LayerException.Refused {
        if (!take(path)) {
            throw new LayerException.Refused("a layer %s: more than %d, or with paths of more than %d bytes together"
                    .formatted(what, MOST, MOST_BYTES));
        }
    }

    public void release(String path) {
        paths--;
        bytes -= path.length();
    }
}
