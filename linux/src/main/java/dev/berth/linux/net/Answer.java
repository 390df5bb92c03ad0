package dev.berth.linux.net;

import dev.berth.linux.ErrnoException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One netlink message from the kernel: its type, its flags and its payload. */
record Answer(int type, int flags, int sequence, ByteBuffer payload) {
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_NEWADDR = 20;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int ATTRIBUTE_TYPE = 0x3fff;

    private static final int IFF_UP = 1;
    private static final int IFF_PROMISC = 0x100;
    private static final int IFF_ALLMULTI = 0x200;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_QDISC = 6;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int RTM_NEWROUTE = 24;
    private static final int AF_INET = 2;
    private static final int UNICAST = 1;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_TABLE = 15;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    /** The messages of one datagram; the content is copied out of the receive buffer. */
    static List<Answer> split(ByteBuffer datagram) {
        List<Answer> answers = new ArrayList<>();
        while (datagram.remaining() >= RouteMessages.HEADER) {
            int start = datagram.position();
            int length = datagram.getInt();
            if (length < RouteMessages.HEADER || length > datagram.limit() - start) {
                throw new IllegalStateException("netlink message of " + length + " bytes in a datagram of "
                        + datagram.limit() + " at " + start);
            }
            int type = Short.toUnsignedInt(datagram.getShort());
            int flags = Short.toUnsignedInt(datagram.getShort());
            int sequence = datagram.getInt();
            byte[] payload = new byte[length - RouteMessages.HEADER];
            datagram.get(start + RouteMessages.HEADER, payload);
            answers.add(
                    new Answer(type, flags, sequence, ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder())));
            datagram.position(Math.min(datagram.limit(), start + aligned(length)));
        }
        return answers;
    }

    boolean isAcknowledgement() {
        return type == NLMSG_ERROR;
    }

    boolean endsDump() {
        return type == NLMSG_DONE;
    }

    boolean isLink() {
        return type == RTM_NEWLINK;
    }

    boolean isAddress() {
        return type == RTM_NEWADDR;
    }

    /** 0 for success. A finished dump carries its error the same way as an acknowledgement. */
    int errno() {
        return (isAcknowledgement() || endsDump()) && payload.limit() >= 4 ? -payload.getInt(0) : 0;
    }

    void throwFailure(RouteMessages messages) throws ErrnoException {
        if (errno() != 0) {
            String[] request = messages.subject(sequence).split("\\(", 2);
            String reason = explanation().map(text -> "; kernel: " + text).orElse("");
            throw new ErrnoException(request[0], request[1] + reason, errno());
        }
    }

    /** The kernel's own words about a failure (NLMSGERR_ATTR_MSG), after the error number and the request's header. */
    private Optional<String> explanation() {
        if ((flags & NLM_F_ACK_TLVS) == 0 || !isAcknowledgement()) {
            return Optional.empty();
        }
        ByteBuffer text = attributes(4 + RouteMessages.HEADER).get(NLMSGERR_ATTR_MSG);
        return Optional.ofNullable(text).map(Answer::text);
    }

    Link link() {
        int index = payload.getInt(4);
        int state = payload.getInt(8);
        Map<Integer, ByteBuffer> attributes = attributes(16);
        return new Link(
                index,
                Optional.ofNullable(attributes.get(IFLA_IFNAME))
                        .map(Answer::text)
                        .orElse(""),
                Optional.ofNullable(attributes.get(IFLA_ADDRESS))
                        .filter(raw -> raw.remaining() == 6)
                        .map(raw -> MacAddress.of(bytes(raw))),
                Optional.ofNullable(attributes.get(IFLA_LINKINFO))
                        .map(Answer::kind)
                        .orElse(""),
                number(attributes, IFLA_MASTER),
                number(attributes, IFLA_LINK),
                number(attributes, IFLA_MTU),
                (state & IFF_UP) != 0,
                (state & IFF_PROMISC) != 0,
                (state & IFF_ALLMULTI) != 0,
                number(attributes, IFLA_TXQLEN),
                Optional.ofNullable(attributes.get(IFLA_QDISC))
                        .map(Answer::text)
                        .orElse(""));
    }

    private static String kind(ByteBuffer linkInfo) {
        ByteBuffer kind = attributes(linkInfo, 0).get(IFLA_INFO_KIND);
        return kind == null ? "" : text(kind);
    }

    LinkAddress address() {
        int prefix = Byte.toUnsignedInt(payload.get(1));
        int link = payload.getInt(4);
        Map<Integer, ByteBuffer> attributes = attributes(8);
        ByteBuffer local = attributes.get(IFA_LOCAL);
        ByteBuffer raw = local == null ? attributes.get(IFA_ADDRESS) : local;
        if (raw == null) {
            throw new IllegalStateException("the kernel named no address of link " + link);
        }
        return new LinkAddress(link, internetAddress(bytes(raw)), prefix);
    }

    /** Empty for anything but a unicast route with a single next hop. */
    Optional<Route> route() {
        if (type != RTM_NEWROUTE || payload.get(7) != UNICAST) {
            return Optional.empty();
        }
        boolean ipv4 = payload.get(0) == AF_INET;
        Map<Integer, ByteBuffer> attributes = attributes(12);
        byte[] everywhere = new byte[ipv4 ? 4 : 16];
        return Optional.of(new Route(
                internetAddress(attributes, RTA_DST).orElseGet(() -> internetAddress(everywhere)),
                Byte.toUnsignedInt(payload.get(1)),
                internetAddress(attributes, RTA_GATEWAY),
                internetAddress(attributes, RTA_PREFSRC),
                number(attributes, RTA_OIF),
                0,
                0,
                number(attributes, RTA_PRIORITY),
                number(attributes, RTA_TABLE),
                Byte.toUnsignedInt(payload.get(6))));
    }

    private static Optional<InetAddress> internetAddress(Map<Integer, ByteBuffer> attributes, int type) {
        return Optional.ofNullable(attributes.get(type)).map(Answer::bytes).map(Answer::internetAddress);
    }

    private static InetAddress internetAddress(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the kernel named an address of " + raw.length + " bytes", e);
        }
    }

    Map<Integer, ByteBuffer> attributes(int offset) {
        return attributes(payload, offset);
    }

    static Map<Integer, ByteBuffer> attributes(ByteBuffer from, int offset) {
        Map<Integer, ByteBuffer> attributes = new HashMap<>();
        int position = aligned(offset);
        while (position + 4 <= from.limit()) {
            int length = Short.toUnsignedInt(from.getShort(position));
            if (length < 4 || length > from.limit() - position) {
                break;
            }
            int type = Short.toUnsignedInt(from.getShort(position + 2)) & ATTRIBUTE_TYPE;
            attributes.put(type, from.slice(position + 4, length - 4).order(ByteOrder.nativeOrder()));
            position += aligned(length);
        }
        return attributes;
    }

    private static int number(Map<Integer, ByteBuffer> attributes, int type) {
        ByteBuffer raw = attributes.get(type);
        return raw == null || raw.remaining() < 4 ? 0 : raw.getInt(0);
    }

    private static byte[] bytes(ByteBuffer raw) {
        byte[] copy = new byte[raw.remaining()];
        raw.get(0, copy);
        return copy;
    }

    private static String text(ByteBuffer raw) {
        byte[] characters = bytes(raw);
        int end = characters.length;
        while (end > 0 && characters[end - 1] == 0) {
            end--;
        }
        return new String(characters, 0, end, StandardCharsets.UTF_8);
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
