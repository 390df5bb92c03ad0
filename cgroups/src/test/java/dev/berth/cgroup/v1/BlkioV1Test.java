package dev.berth.cgroup.v1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cgroup.stats.DeviceIo;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BlkioV1Test {
    @Test
    void readsAndWritesOfEachDeviceAreTaken() {
        var bytes = """
                8:0 Read 4096
                8:0 Write 8192
                8:0 Sync 12288
                8:0 Total 12288
                8:16 Read 1
                Total 12289""";
        var requests = """
                8:0 Read 1
                8:0 Write 2
                Total 3""";
        assertEquals(
                List.of(new DeviceIo(8, 0, 4096, 8192, 1, 2), new DeviceIo(8, 16, 1, 0, 0, 0)),
                BlkioV1.parse(bytes, requests));
    }

    @Test
    void aCgroupWithoutDevicesHasATotalAlone() {
        assertEquals(List.of(), BlkioV1.parse("Total 0", "Total 0"));
    }
}
