package dev.berth.cri.metrics.container;

import dev.berth.cgroup.stats.DeviceIo;
import dev.berth.cri.metrics.container.Family.Kind;
import dev.berth.cri.metrics.container.Family.Sample;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What a container keeps on disk, and what goes there and comes back. */
final class DiskFamilies {
    private DiskFamilies() {}

    static List<Family<ContainerSubject>> all() {
        return List.of(
                disk(
                        "container_fs_usage_bytes",
                        "What the writable layer holds, in bytes.",
                        each -> each.detail().usage().writableLayer().bytes()),
                disk(
                        "container_fs_limit_bytes",
                        "Size of the file system it is on, in bytes.",
                        each -> each.disk().usage().totalBytes()),
                disk(
                        "container_fs_inodes_total",
                        "Inodes of the file system it is on.",
                        each -> each.disk().usage().totalInodes()),
                disk(
                        "container_fs_inodes_free",
                        "Free inodes of the file system it is on.",
                        each -> each.disk().usage().freeInodes()),
                io("container_fs_reads_bytes_total", "Bytes read from a device.", DeviceIo::readBytes),
                io("container_fs_reads_total", "Reads from a device.", DeviceIo::reads),
                io("container_fs_writes_bytes_total", "Bytes written to a device.", DeviceIo::writeBytes),
                io("container_fs_writes_total", "Writes to a device.", DeviceIo::writes),
                new Family<>(
                        "container_blkio_device_usage_total",
                        "Bytes that went to and from a device.",
                        Kind.COUNTER,
                        List.of("device", "major", "minor", "operation"),
                        each -> each.detail().io().stream()
                                .flatMap(DiskFamilies::operations)
                                .toList()));
    }

    private static Family<ContainerSubject> disk(String name, String help, ToDoubleFunction<ContainerSubject> value) {
        return new Family<>(
                name,
                help,
                Kind.GAUGE,
                List.of("device"),
                each -> List.of(Sample.of(value.applyAsDouble(each), each.disk().device())));
    }

    private static Family<ContainerSubject> io(String name, String help, ToLongFunction<DeviceIo> counter) {
        return new Family<>(
                name,
                help,
                Kind.COUNTER,
                List.of("device"),
                each -> each.detail().io().stream()
                        .map(io -> Sample.of(counter.applyAsLong(io), Disk.device(io.major(), io.minor())))
                        .toList());
    }

    private static Stream<Sample> operations(DeviceIo io) {
        var device = Disk.device(io.major(), io.minor());
        var major = Integer.toString(io.major());
        var minor = Integer.toString(io.minor());
        return Stream.of(
                Sample.of(io.readBytes(), device, major, minor, "Read"),
                Sample.of(io.writeBytes(), device, major, minor, "Write"));
    }
}
