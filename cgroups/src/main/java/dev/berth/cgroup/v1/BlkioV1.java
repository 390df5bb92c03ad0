package dev.berth.cgroup.v1;

import dev.berth.cgroup.stats.DeviceIo;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.kernfs.Kernfs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads blkio.throttle's two counters: {@code 8:0 Read 4096}, a line for each device and kind of request. */
public final class BlkioV1 {
    private BlkioV1() {}

    public static List<DeviceIo> read(String directory) throws ErrnoException {
        return parse(
                Kernfs.read(directory + "/blkio.throttle.io_service_bytes_recursive"),
                Kernfs.read(directory + "/blkio.throttle.io_serviced_recursive"));
    }

    static List<DeviceIo> parse(String bytes, String requests) {
        var sizes = numbers(bytes);
        var counts = numbers(requests);
        var all = new ArrayList<DeviceIo>();
        sizes.forEach((device, size) -> {
            var count = counts.getOrDefault(device, new Numbers(0, 0));
            int colon = device.indexOf(':');
            all.add(new DeviceIo(
                    Integer.parseInt(device, 0, colon, 10),
                    Integer.parseInt(device, colon + 1, device.length(), 10),
                    size.read,
                    size.write,
                    count.read,
                    count.write));
        });
        return all;
    }

    private record Numbers(long read, long write) {
        Numbers with(String kind, long number) {
            return switch (kind) {
                case "Read" -> new Numbers(number, write);
                case "Write" -> new Numbers(read, number);
                default -> this;
            };
        }
    }

    /** By device. The line with the total of all devices has two words. */
    private static Map<String, Numbers> numbers(String text) {
        var byDevice = new TreeMap<String, Numbers>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 3) {
                var before = byDevice.getOrDefault(words[0], new Numbers(0, 0));
                byDevice.put(words[0], before.with(words[1], Long.parseLong(words[2])));
            }
        }
        return byDevice;
    }
}
