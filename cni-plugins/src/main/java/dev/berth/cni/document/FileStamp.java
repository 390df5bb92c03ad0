package dev.berth.cni.document;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Enough of a file's state to see that it was changed or replaced. */
public record FileStamp(@Nullable Object key, @Nullable FileTime modified, long size) {
    public static FileStamp of(Path path) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileStamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (NoSuchFileException _) {
            return new FileStamp(null, null, -1);
        }
    }
}
