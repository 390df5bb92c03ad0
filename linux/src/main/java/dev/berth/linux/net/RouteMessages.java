package dev.berth.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Encodes netlink messages one after the other: header, family header, attributes, nested attributes. */
final class RouteMessages {
    static final int HEADER = 16;
    private static final int LIMIT = 64 * 1024;
    private static final int NLM_F_REQUEST = 1;

    private final List<String> subjects = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
    private int start;

    int count() {
        return subjects.size();
    }

    /** What the message with this sequence number (from 0) is about. */
    String subject(int message) {
        return subjects.get(message);
    }

    void begin(String subject, int type, int flags) {
        finish();
        start = buffer.position();
        room(HEADER);
        buffer.putInt(0).putShort((short) type).putShort((short) (flags | NLM_F_REQUEST));
        buffer.putInt(subjects.size()).putInt(0);
        subjects.add(subject);
    }

    /** struct ifinfomsg. */
    void linkHeader(int index, int flags, int change) {
        linkHeader(0, index, flags, change);
    }

    void linkHeader(int family, int index, int flags, int change) {
        room(16);
        buffer.putInt(family).putInt(index).putInt(flags).putInt(change);
    }

    /** struct ifaddrmsg. */
    void addressHeader(int family, int prefix, int flags, int scope, int index) {
        room(8);
        buffer.put((byte) family)
                .put((byte) prefix)
                .put((byte) flags)
                .put((byte) scope)
                .putInt(index);
    }

    /**
     * struct rtmsg.
     *
     * @param table 0 for one that an attribute names
     * @param protocol who made it (rtnetlink(7)); 0 to look for anybody's
     */
    void routeHeader(int family, int prefix, int table, int scope, int protocol, int type) {
        room(12);
        buffer.put((byte) family).put((byte) prefix).put((byte) 0).put((byte) 0);
        buffer.put((byte) table)
                .put((byte) protocol)
                .put((byte) scope)
                .put((byte) type)
                .putInt(0);
    }

    /** struct tcmsg. */
    void trafficHeader(int link, int handle, int parent, int priorityAndProtocol) {
        room(20);
        buffer.putInt(0).putInt(link).putInt(handle).putInt(parent).putInt(priorityAndProtocol);
    }

    /** struct nfgenmsg. */
    void netfilterHeader(int family) {
        room(4);
        buffer.put((byte) family).put((byte) 0).putShort((short) 0);
    }

    void bytes(int attribute, byte[] value) {
        room(4 + value.length + 3);
        buffer.putShort((short) (4 + value.length)).putShort((short) attribute).put(value);
        align();
    }

    void number(int attribute, int value) {
        room(8);
        buffer.putShort((short) 8).putShort((short) attribute).putInt(value);
    }

    void octet(int attribute, int value) {
        bytes(attribute, new byte[] {(byte) value});
    }

    void shortNumbers(int attribute, int first, int second) {
        ByteBuffer raw = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
        bytes(attribute, raw.putShort((short) first).putShort((short) second).array());
    }

    void text(int attribute, String value) {
        byte[] characters = value.getBytes(StandardCharsets.UTF_8);
        byte[] terminated = new byte[characters.length + 1];
        System.arraycopy(characters, 0, terminated, 0, characters.length);
        bytes(attribute, terminated);
    }

    /** Encloses what the content writes in one attribute. */
    void nested(int attribute, Runnable content) {
        room(4);
        int mark = buffer.position();
        buffer.putShort((short) 0).putShort((short) attribute);
        content.run();
        buffer.putShort(mark, (short) (buffer.position() - mark));
    }

    byte[] encoded() {
        finish();
        byte[] all = new byte[buffer.position()];
        buffer.get(0, all);
        return all;
    }

    private void finish() {
        if (!subjects.isEmpty()) {
            buffer.putInt(start, buffer.position() - start);
        }
    }

    private void align() {
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
    }

    private void room(int bytes) {
        if (buffer.remaining() >= bytes) {
            return;
        }
        if (buffer.position() + bytes > LIMIT) {
            throw new IllegalArgumentException("more than " + LIMIT + " bytes of netlink messages in one batch");
        }
        ByteBuffer larger = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes))
                .order(ByteOrder.nativeOrder());
        larger.put(buffer.flip());
        buffer = larger;
    }
}
