package dev.berth.cgroup.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.cgroup.stats.DeviceIo;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IoV2Test {
    @Test
    void aDeviceWithoutNumbersIsLeftOut() {
        var text = """
                259:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0
                8:16
                253:3 rbytes=0 wbytes=1 rios=0 wios=1 dbytes=7 dios=7""";
        assertEquals(
                List.of(new DeviceIo(259, 0, 4096, 8192, 1, 2), new DeviceIo(253, 3, 0, 1, 0, 1)), IoV2.parse(text));
    }
}
