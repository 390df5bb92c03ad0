package dev.berth.cni;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The remembered attachments on disk, a file each; one is there from before its ADD until after its DEL. */
final class AttachmentStore {
    private static final String SUFFIX = ".json";

    private final Path directory;

    private AttachmentStore(Path directory) {
        this.directory = directory;
    }

    /** Drops half-written files of a daemon that was killed: what they were to replace is still there. */
    static AttachmentStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.tmp")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        return new AttachmentStore(directory);
    }

    void save(AttachmentRecord attachment) throws IOException {
        Path file = file(attachment.sandboxId());
        Path temporary = file.resolveSibling(attachment.sandboxId() + ".tmp");
        Files.write(temporary, Json.bytes(attachment.document()));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Optional<AttachmentRecord> load(String sandboxId) throws IOException {
        Path file = file(sandboxId);
        try {
            return Optional.of(
                    Files.size(file) == 0
                            ? AttachmentRecord.lost(sandboxId)
                            : AttachmentRecord.parse(Json.read(file), file.toString()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    void delete(String sandboxId) throws IOException {
        Files.deleteIfExists(file(sandboxId));
    }

    List<String> sandboxIds() throws IOException {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                ids.add(name.substring(0, name.length() - SUFFIX.length()));
            }
        }
        return ids;
    }

    private Path file(String sandboxId) {
        return directory.resolve(Names.requireContainerId(sandboxId) + SUFFIX);
    }
}
