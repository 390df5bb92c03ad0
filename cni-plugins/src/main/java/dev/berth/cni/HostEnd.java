package dev.berth.cni;

import dev.berth.linux.net.MacAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names for the ends of a sandbox's veth pair that can be found again without having been written down. */
final class HostEnd {
    /** With the prefix this is the longest name an interface can have. */
    private static final int DIGITS = 11;

    private HostEnd() {}

    static String name(String network, Invocation invocation) {
        String key = network + "\n" + invocation.containerId() + "\n" + invocation.interfaceName();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return "veth" + HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }

    /**
     * Follows from the address, so that neighbours who remember an address's former holder reach the new one and no
     * gratuitous ARP is needed.
     */
    static MacAddress insideMac(PluginResult allocation) {
        if (allocation.addresses().isEmpty()) {
            return MacAddress.random();
        }
        byte[] address = allocation.addresses().getFirst().cidr().address().getAddress();
        int end = address.length;
        return new MacAddress("0a:58:" + HexFormat.ofDelimiter(":").formatHex(address, end - 4, end));
    }
}
