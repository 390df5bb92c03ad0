package dev.berth.cni.attachment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.document.Json;
import dev.berth.cni.document.Names;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The remembered attachments on disk, a file each with a line from before the ADD, one with its result and one from
 * before the DEL; the file is there until after the DEL.
 */
public final class AttachmentStore {
    private static final Logger LOG = LoggerFactory.getLogger(AttachmentStore.class);
    private static final String SUFFIX = ".json";
    /** One before the ADD, one with its result, one before the DEL. */
    private static final int LINES = 3;

    private final Path directory;

    private AttachmentStore(Path directory) {
        this.directory = directory;
    }

    public static AttachmentStore open(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new AttachmentStore(directory);
    }

    /**
     * Adds a line to the sandbox's file. A file renamed over another would be whole as well, but ext4 flushes such a one
     * to the disk at once.
     */
    public void save(AttachmentRecord attachment) throws IOException {
        byte[] document = Json.bytes(attachment.document());
        byte[] line = Arrays.copyOf(document, document.length + 1);
        line[document.length] = '\n';
        Files.write(file(attachment.sandboxId()), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * Notes that the DEL begins: one that got half-way has given up ports that may be another's by now. A full disk is no
     * reason against a DEL.
     */
    public AttachmentRecord leaving(AttachmentRecord attachment) {
        AttachmentRecord leaving = attachment.asLeaving();
        if (!attachment.leaving()) {
            try {
                save(leaving);
            } catch (IOException e) {
                LOG.warn("note that sandbox {} leaves its network: {}", attachment.sandboxId(), Reason.of(e));
            }
        }
        return leaving;
    }

    /** By the last line that is whole: the one after it is that of a daemon that was killed as it wrote. */
    public Optional<AttachmentRecord> load(String sandboxId) throws IOException {
        Path file = file(sandboxId);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LINES * Json.LIMIT), StandardCharsets.UTF_8);
            for (String line : text.lines().toList().reversed()) {
                Optional<ObjectNode> document = Json.whole(line);
                if (document.isPresent()) {
                    return Optional.of(AttachmentRecord.parse(document.get(), file.toString()));
                }
            }
            return Optional.of(AttachmentRecord.lost(sandboxId));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    public void delete(String sandboxId) throws IOException {
        Files.deleteIfExists(file(sandboxId));
    }

    public List<String> sandboxIds() throws IOException {
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
