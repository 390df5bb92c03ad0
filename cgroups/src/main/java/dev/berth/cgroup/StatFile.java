package dev.berth.cgroup;

import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Reads control files one after the other into one buffer and finds numbers there, without making strings of them. */
final class StatFile {
    /** memory.stat is the largest: some 2 KiB. */
    private static final int SIZE = 16 * 1024;

    private final byte[] buffer = new byte[SIZE];
    private String path = "";
    private int length;

    StatFile read(String file) throws ErrnoException {
        length = 0;
        path = file;
        length = Kernfs.read(file, buffer);
        return this;
    }

    /** The file's only number. */
    long single() {
        return number(0);
    }

    /** The file's only number; absent if it is the word {@code max}. */
    OptionalLong singleOrMax() {
        return length > 0 && buffer[0] == 'm' ? OptionalLong.empty() : OptionalLong.of(number(0));
    }

    /** The number on the line that starts with this key and a blank; 0 if there is none, as older kernels lack some. */
    long value(String key) {
        byte[] name = key.getBytes(StandardCharsets.US_ASCII);
        for (int line = 0; line < length; line = nextLine(line)) {
            if (starts(line, name) && line + name.length < length && buffer[line + name.length] == ' ') {
                return number(line + name.length + 1);
            }
        }
        return 0;
    }

    String text() {
        return new String(buffer, 0, length, StandardCharsets.US_ASCII);
    }

    private boolean starts(int at, byte[] name) {
        if (at + name.length > length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (buffer[at + i] != name[i]) {
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
