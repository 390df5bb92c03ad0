package dev.berth.cni.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CidrTest {
    @Test
    void ipv6AddressesAreSpelledAsLeaseFilesAreNamed() {
        for (String text : List.of("::", "::1", "fd00::2", "fd00:0:1::", "1:2:3:4:5:6:7:8", "2001:db8::1:0:0:1")) {
            assertEquals(text, Cidr.text(InetAddress.ofLiteral(text)));
        }
        assertEquals("2001:db8:0:1:1:1:1:1", Cidr.text(InetAddress.ofLiteral("2001:db8:0:1:1:1:1:1")));
    }

    @Test
    void theSubnetHasNoHostBits() {
        assertEquals("10.88.0.0/16", Cidr.parse("10.88.3.4/16").network().toString());
        assertEquals("10.88.255.255", Cidr.text(Cidr.parse("10.88.3.4/16").last()));
        assertEquals("fd00::/64", Cidr.parse("fd00::5/64").network().toString());
    }

    @Test
    void namesAndNonsenseAreRefused() {
        for (String text : List.of("localhost/8", "10.0.0.1", "10.0.0.1/33", "10.0.0.1/x", "::/129", "")) {
            assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text), text);
        }
    }
}
