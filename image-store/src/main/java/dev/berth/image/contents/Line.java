package dev.berth.image.contents;

import dev.berth.image.tar.TarEntry;

/** One line of a list of contents. Paths are those in the layer's tree, with no symbolic link in them; the root's is empty. */
public sealed interface Line {
    /** Bytes of the archive that are no file's content. */
    @SuppressWarnings("ArrayRecordComponent") // handed on to be written, never compared
    record Literal(byte[] bytes) implements Line {}

    /**
     * An entry that was placed. Of a file the content belongs here, between the literals before and after.
     *
     * @param entry with only those attributes that the file system took, and of a hard link the path in the tree that it leads to
     * @param checksum CRC32C of the content, without holes
     */
    record Placed(TarEntry entry, int checksum) implements Line {}

    /** A name that hides one in the layers below. */
    record Whiteout(String path) implements Line {}

    /** A directory that hides what the layers below have in it. */
    record Opaque(String path) implements Line {}

    /** A directory that was made because an entry needed it. */
    record Implied(String path) implements Line {}

    /** What was placed at the path before this line, and below it, was moved aside under a number. */
    record Replaced(String path, int number) implements Line {}

    /** Of what the lines before say of this directory only its being there counts; the next line describes it anew. */
    record Redescribed(String path) implements Line {}

    /** The last line: how many names there are in the tree and in what was moved aside. */
    record End(long names) implements Line {}
}
