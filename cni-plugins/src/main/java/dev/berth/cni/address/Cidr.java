package dev.berth.cni.address;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.StringJoiner;

/** An address with its prefix length: a host address inside its subnet, or the subnet itself. */
public record Cidr(InetAddress address, int prefix) {
    public Cidr {
        if (prefix < 0 || prefix > address.getAddress().length * 8) {
            throw new IllegalArgumentException("prefix length " + prefix + " does not fit " + address.getHostAddress());
        }
    }

    /** Parses {@code 10.88.0.0/16} or {@code fd00::1/64}; never asks a resolver. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address with a prefix length");
        }
        try {
            return new Cidr(addressOf(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" has no number as its prefix length", e);
        }
    }

    /** The range that is this one address. */
    public static Cidr host(InetAddress address) {
        return new Cidr(address, address.getAddress().length * 8);
    }

    /** Parses a literal address; a host name is refused. */
    public static InetAddress addressOf(String literal) {
        try {
            // tried as IPv4 first, an IPv6 address would cost an exception
            return literal.indexOf(':') < 0 ? Inet4Address.ofLiteral(literal) : Inet6Address.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + literal + "\" is not an IP address", e);
        }
    }

    public boolean ipv4() {
        return address instanceof Inet4Address;
    }

    /** The subnet this address is in: the host bits are zero. */
    public Cidr network() {
        return new Cidr(at(BigInteger.ZERO), prefix);
    }

    public boolean contains(InetAddress other) {
        return other.getAddress().length == address.getAddress().length
                && number(other).shiftRight(hostBits()).equals(number(address).shiftRight(hostBits()));
    }

    /** The address with this offset from the start of the subnet. */
    public InetAddress at(BigInteger offset) {
        BigInteger start = number(address).shiftRight(hostBits()).shiftLeft(hostBits());
        return address(start.add(offset), ipv4());
    }

    /** The highest address of the subnet; for IPv4 that is the broadcast address. */
    InetAddress last() {
        return at(BigInteger.ONE.shiftLeft(hostBits()).subtract(BigInteger.ONE));
    }

    private int hostBits() {
        return address.getAddress().length * 8 - prefix;
    }

    static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    static InetAddress address(BigInteger number, boolean ipv4) {
        byte[] raw = new byte[ipv4 ? 4 : 16];
        byte[] digits = number.toByteArray();
        int length = Math.min(digits.length, raw.length);
        System.arraycopy(digits, digits.length - length, raw, raw.length - length, length);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return text(address) + "/" + prefix;
    }

    /** An address as RFC 5952 spells it, which is also how lease files are named. */
    public static String text(InetAddress address) {
        byte[] raw = address.getAddress();
        return raw.length == 4 ? address.getHostAddress() : ipv6Text(raw);
    }

    private static String ipv6Text(byte[] raw) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = (raw[2 * i] & 0xff) << 8 | (raw[2 * i + 1] & 0xff);
        }
        int start = longestZeroRun(groups);
        int end = start + zerosFrom(groups, start);
        if (end - start < 2) {
            return joined(groups, 0, 8);
        }
        return joined(groups, 0, start) + "::" + joined(groups, end, 8);
    }

    private static int longestZeroRun(int[] groups) {
        int best = 0;
        for (int i = 1; i < groups.length; i++) {
            if (zerosFrom(groups, i) > zerosFrom(groups, best)) {
                best = i;
            }
        }
        return best;
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < groups.length && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static String joined(int[] groups, int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            text.add(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
