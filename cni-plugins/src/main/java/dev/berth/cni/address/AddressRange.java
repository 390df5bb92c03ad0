package dev.berth.cni.address;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cni.document.Json;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/** The addresses of a subnet that host-local may hand out, first and last included; never the gateway's. */
public record AddressRange(Cidr subnet, InetAddress first, InetAddress last, InetAddress gateway) {
    public AddressRange {
        if (!subnet.address().equals(subnet.network().address())) {
            throw new IllegalArgumentException("subnet " + subnet + " has host bits set");
        }
        if (subnet.prefix() > subnet.address().getAddress().length * 8 - 2) {
            throw new IllegalArgumentException("subnet " + subnet + " is too small to allocate from");
        }
        requireInside(subnet, first, "rangeStart");
        requireInside(subnet, last, "rangeEnd");
        if (Cidr.number(first).compareTo(Cidr.number(last)) > 0) {
            throw new IllegalArgumentException(
                    "rangeStart " + Cidr.text(first) + " is after rangeEnd " + Cidr.text(last));
        }
    }

    private static void requireInside(Cidr subnet, InetAddress address, String key) {
        if (!subnet.contains(address)) {
            throw new IllegalArgumentException(key + " " + Cidr.text(address) + " is not in subnet " + subnet);
        }
    }

    public static AddressRange parse(JsonNode range) {
        Cidr subnet = Cidr.parse(Json.text(range, "subnet"));
        return new AddressRange(
                subnet,
                literal(range, "rangeStart").orElseGet(() -> subnet.at(BigInteger.ONE)),
                literal(range, "rangeEnd").orElseGet(() -> lastHost(subnet)),
                literal(range, "gateway").orElseGet(() -> subnet.at(BigInteger.ONE)));
    }

    private static Optional<InetAddress> literal(JsonNode range, String key) {
        return Json.optionalText(range, key).map(Cidr::addressOf);
    }

    /** The address before the broadcast address; IPv6 has no broadcast. */
    private static InetAddress lastHost(Cidr subnet) {
        InetAddress last = subnet.last();
        return subnet.ipv4() ? Cidr.address(Cidr.number(last).subtract(BigInteger.ONE), true) : last;
    }

    boolean contains(InetAddress address) {
        return subnet.contains(address)
                && Cidr.number(address).compareTo(Cidr.number(first)) >= 0
                && Cidr.number(address).compareTo(Cidr.number(last)) <= 0;
    }

    /** The address after this one in the range; empty at its end. */
    Optional<InetAddress> after(InetAddress address) {
        return address.equals(last)
                ? Optional.empty()
                : Optional.of(Cidr.address(Cidr.number(address).add(BigInteger.ONE), subnet.ipv4()));
    }

    @Override
    public String toString() {
        return Cidr.text(first) + "-" + Cidr.text(last);
    }
}
