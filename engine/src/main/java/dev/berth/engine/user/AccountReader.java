package dev.berth.engine.user;

import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads an image's account file field by field. A line may be of any length, as that of a group with many members: no
 * more is kept than one field, and of that no more than a name or a path can have.
 */
final class AccountReader implements AutoCloseable {
    /** The image decides what the file holds; reading it must end. */
    private static final int MAX_FILE = 64 << 20;

    private static final int BUFFER = 8 << 10;

    /** PATH_MAX of limits.h. */
    private static final int LONGEST_FIELD = 4096;

    private static final int END = -1;

    private final String path;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private final byte[] field = new byte[LONGEST_FIELD];
    private int at;
    private int filled;
    private int total;

    /** What ended the last field. */
    private int ended = '\n';

    private AccountReader(String path, InputStream in) {
        this.path = path;
        this.in = in;
    }

    /** An image without the file has one without lines. */
    static AccountReader open(RootDirectory image, String path) throws IOException {
        return new AccountReader(path, image.open(path).orElseGet(InputStream::nullInputStream));
    }

    /** Goes to the next line; false if there is none. */
    boolean nextLine() throws IOException {
        while (inLine()) {
            ended = next();
        }
        ended = ':';
        return more();
    }

    /** Whether the line has fields that were not read. */
    private boolean inLine() {
        return ended != '\n' && ended != END;
    }

    /** The next field. One that the line does not have is empty, and so is one that is too long to name anything. */
    String field() throws IOException {
        return until(':');
    }

    /** Whether the next field is a list that has this member. */
    boolean lists(String member) throws IOException {
        boolean found = false;
        for (boolean more = inLine(); more && !found; more = ended == ',') {
            found = until(',').equals(member);
        }
        return found;
    }

    private String until(int separator) throws IOException {
        int length = 0;
        while (inLine()) {
            ended = next();
            if (!inLine() || ended == ':' || ended == separator) {
                return length > LONGEST_FIELD ? "" : new String(field, 0, length, StandardCharsets.UTF_8);
            }
            if (length < LONGEST_FIELD) {
                field[length] = (byte) ended;
            }
            length = Math.min(length, LONGEST_FIELD) + 1;
        }
        return "";
    }

    private int next() throws IOException {
        return more() ? buffer[at++] & 0xff : END;
    }

    private boolean more() throws IOException {
        if (at < filled) {
            return true;
        }
        at = 0;
        filled = in.read(buffer);
        total += Math.max(filled, 0);
        if (total > MAX_FILE) {
            throw new IOException("the image's %s is larger than %d MiB".formatted(path, MAX_FILE >> 20));
        }
        return filled > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
