package dev.berth.cni.plugin.portmap;

import dev.berth.cni.address.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A port of the host that leads to a port of the pod. Without a host address it is open on all of them, with
 * {@code 0.0.0.0} or {@code ::} on all of that family.
 */
public record PortMapping(Protocol protocol, int hostPort, int containerPort, Optional<InetAddress> hostAddress) {
    /** The transport protocols a port can be mapped for, by their names in configuration and nftables. */
    public enum Protocol {
        TCP("tcp"),
        UDP("udp"),
        SCTP("sctp");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        static Protocol of(String text) {
            for (Protocol protocol : values()) {
                if (protocol.text.equals(text)) {
                    return protocol;
                }
            }
            throw new IllegalArgumentException("unknown protocol \"" + text + "\", expected tcp, udp or sctp");
        }
    }

    public PortMapping {
        requirePort(hostPort, "host port");
        requirePort(containerPort, "container port");
    }

    static boolean ipv4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private static void requirePort(int port, String what) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(what + " " + port + " is outside 1-65535");
        }
    }

    @Override
    public String toString() {
        return hostAddress.map(a -> Cidr.text(a) + " ").orElse("") + protocol.text() + " port " + hostPort;
    }
}
