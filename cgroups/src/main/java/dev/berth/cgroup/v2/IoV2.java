package dev.berth.cgroup.v2;

import dev.berth.cgroup.stats.DeviceIo;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.List;

/** Reads io.stat: {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6}, a line for each device. */
public final class IoV2 {
    private IoV2() {}

    public static List<DeviceIo> read(String directory) throws ErrnoException {
        return parse(Kernfs.read(directory + "/io.stat"));
    }

    /** A device that has nothing to tell has a line without numbers. */
    static List<DeviceIo> parse(String text) {
        return text.lines()
                .filter(line -> line.contains(" rbytes="))
                .map(IoV2::device)
                .toList();
    }

    private static DeviceIo device(String line) {
        int colon = line.indexOf(':');
        return new DeviceIo(
                Integer.parseInt(line, 0, colon, 10),
                Integer.parseInt(line, colon + 1, line.indexOf(' '), 10),
                value(line, " rbytes="),
                value(line, " wbytes="),
                value(line, " rios="),
                value(line, " wios="));
    }

    private static long value(String line, String key) {
        int at = line.indexOf(key);
        if (at < 0) {
            return 0;
        }
        int from = at + key.length();
        int end = line.indexOf(' ', from);
        return Long.parseLong(line, from, end < 0 ? line.length() : end, 10);
    }
}
