package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths of the host that pods ask for.
 *
 * @param makesMissing whether one that is missing is made as a directory, or refused
 */
public record HostPaths(boolean makesMissing) {
    private static final Logger LOG = LoggerFactory.getLogger(HostPaths.class);

    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

    /** Links are followed here, once: what the pod asked for must be what it gets. */
    Path real(String path) throws InvalidSpecException, IOException {
        if (!path.startsWith("/")) {
            throw new InvalidSpecException("host path \"" + path + "\" is not absolute");
        }
        try {
            return existing(Path.of(path));
        } catch (InvalidPathException e) {
            throw new InvalidSpecException("host path \"" + path.replace('\0', '?') + "\" is not valid", e);
        } catch (NoSuchFileException e) {
            throw new InvalidSpecException("host path " + path + " does not exist", e);
        } catch (FileAlreadyExistsException e) {
            throw new InvalidSpecException(
                    "host path " + path + ": " + e.getFile() + " is a file or a link to nothing", e);
        } catch (FileSystemException e) {
            throw new InvalidSpecException("host path " + path + ": " + e.getReason(), e);
        }
    }

    private Path existing(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException e) {
            if (!makesMissing) {
                throw e;
            }
        }
        Files.createDirectories(path, MODE);
        LOG.info("host path {} was missing and is made as a directory", path);
        return path.toRealPath();
    }
}
