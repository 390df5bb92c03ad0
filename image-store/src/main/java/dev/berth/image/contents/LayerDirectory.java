package dev.berth.image.contents;

import java.nio.file.Path;

/** Where the parts of one layer stand below its directory. */
public record LayerDirectory(Path path) {
    /** The file tree that overlayfs mounts. */
    public Path tree() {
        return path.resolve(Places.TREE);
    }

    /** The list of what is in the tree, and of what else the archive was made of. */
    public Path contents() {
        return path.resolve("contents");
    }

    /** What later entries of the archive replaced, under numbers; there only if some did. */
    public Path replaced() {
        return path.resolve(Places.ASIDE);
    }
}
