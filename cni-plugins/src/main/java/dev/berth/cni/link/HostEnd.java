package dev.berth.cni.link;

import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.net.MacAddress;
import dev.berth.linux.net.RouteBatch;
import dev.berth.linux.net.VethPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The ends of a sandbox's veth pair: their names can be found again without having been written down. */
public final class HostEnd {
    /** With the prefix this is the longest name an interface can have. */
    private static final int DIGITS = 11;

    private HostEnd() {}

    public static String name(String network, Invocation invocation) {
        String key = network + "\n" + invocation.containerId() + "\n" + invocation.interfaceName();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return "veth" + HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java runtime has SHA-256", e);
        }
    }

    /** Makes the pair, again if that of an earlier attempt is still fading away: the name is this sandbox's own. */
    public static void make(HostNetwork host, VethPair pair, RouteBatch batch) throws IOException {
        try {
            host.routes().commit(batch);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            host.deleteLink(pair.outside());
            host.routes().commit(batch);
        }
    }

    /**
     * Follows from the address, so that neighbours who remember an address's former holder reach the new one and no
     * gratuitous ARP is needed.
     */
    public static MacAddress insideMac(PluginResult allocation) {
        if (allocation.addresses().isEmpty()) {
            return MacAddress.random();
        }
        byte[] address = allocation.addresses().getFirst().cidr().address().getAddress();
        int end = address.length;
        return new MacAddress("0a:58:" + HexFormat.ofDelimiter(":").formatHex(address, end - 4, end));
    }
}
