package dev.berth.cgroup.stats;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Reads control files one after the other into one buffer and finds numbers there, without making strings of them. */
public final class StatFile {
    /** memory.stat is the largest: some 2 KiB. Each read copies all of the buffer, whatever the file holds. */
    private static final int SIZE = 4 * 1024;

    private static final int LARGEST = 64 * 1024;

    private byte[] buffer = new byte[SIZE];
    private String path = "";
    private int length;
    private int cursor;

    public StatFile read(String file) throws ErrnoException {
        length = 0;
        cursor = 0;
        path = file;
        length = whole(file);
        return this;
    }

    /** A kernel to come may tell more. */
    private int whole(String file) throws ErrnoException {
        while (true) {
            try {
                return Kernfs.read(file, buffer);
            } catch (ErrnoException e) {
                if (!e.is(Errno.EFBIG) || buffer.length == LARGEST) {
                    throw e;
                }
                buffer = new byte[2 * buffer.length];
            }
        }
    }

    /** The file's only number. */
    public long single() {
        return number(0);
    }

    /** The file's only number; absent if it is the word {@code max}. */
    public OptionalLong singleOrMax() {
        return length > 0 && buffer[0] == 'm' ? OptionalLong.empty() : OptionalLong.of(number(0));
    }

    /**
     * The number on the line that starts with this key and a blank; 0 if there is none, as older kernels lack some. Keys
     * asked for in the file's order cost one pass in all.
     */
    public long value(String key) {
        int found = find(key, cursor, length);
        if (found < 0) {
            found = find(key, 0, cursor);
        }
        if (found < 0) {
            return 0;
        }
        cursor = nextLine(found);
        return number(found + key.length() + 1);
    }

    String text() {
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }

    private int find(String key, int from, int to) {
        for (int line = from; line < to; line = nextLine(line)) {
            if (starts(line, key)) {
                return line;
            }
        }
        return -1;
    }

    private boolean starts(int at, String key) {
        int end = at + key.length();
        if (end >= length || buffer[end] != ' ') {
            return false;
        }
        // the last characters differ sooner: many keys share a prefix
        for (int i = key.length() - 1; i >= 0; i--) {
            if (buffer[at + i] != key.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int nextLine(int at) {
        int i = at;
        while (i < length && buffer[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    /** v1 prints some unlimited values beyond a signed 64-bit number; they come out as the largest one. */
    private long number(int at) {
        long number = 0;
        int i = at;
        for (; i < length && buffer[i] >= '0' && buffer[i] <= '9'; i++) {
            number = number > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : 10 * number + (buffer[i] - '0');
        }
        if (i == at) {
            throw new IllegalStateException(path + " has no number at byte " + at);
        }
        return number;
    }
}
