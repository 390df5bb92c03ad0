package dev.berth.linux;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why something failed, in words for a person. */
public final class Reason {
    private Reason() {}

    /** The message; of failures that Java tells by their class alone, the path with what is wrong about it. */
    public static String of(Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case NoSuchFileException _ -> message + ": " + Errno.describe(Errno.ENOENT);
            case AccessDeniedException _ -> message + ": " + Errno.describe(Errno.EACCES);
            case FileAlreadyExistsException _ -> message + ": " + Errno.describe(Errno.EEXIST);
            case NotDirectoryException _ -> message + ": " + Errno.describe(Errno.ENOTDIR);
            case DirectoryNotEmptyException _ -> message + ": " + Errno.describe(Errno.ENOTEMPTY);
            default -> message;
        };
    }
}
