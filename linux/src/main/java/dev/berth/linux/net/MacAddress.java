package dev.berth.linux.net;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** A 48-bit hardware address, in its usual spelling {@code 0a:58:0a:58:00:02}. */
public record MacAddress(String text) {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (!text.matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not a hardware address");
        }
    }

    /** A random unicast address from the locally administered space. */
    public static MacAddress random() {
        byte[] raw = new byte[6];
        ThreadLocalRandom.current().nextBytes(raw);
        raw[0] = (byte) ((raw[0] & 0xfc) | 0x02);
        return of(raw);
    }

    static MacAddress of(byte[] raw) {
        return new MacAddress(COLONS.formatHex(raw));
    }

    byte[] bytes() {
        return COLONS.parseHex(text);
    }

    /** The interface identifier that IPv6 derives from this address (RFC 4291, appendix A). */
    public byte[] interfaceIdentifier() {
        byte[] mac = bytes();
        return new byte[] {(byte) (mac[0] ^ 2), mac[1], mac[2], (byte) 0xff, (byte) 0xfe, mac[3], mac[4], mac[5]};
    }

    @Override
    public String toString() {
        return text;
    }
}
