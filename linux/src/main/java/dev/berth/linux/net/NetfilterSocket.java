package dev.berth.linux.net;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** A conversation with the kernel about tables of the packet filter and tracked connections of one namespace. */
public final class NetfilterSocket implements AutoCloseable {
    private static final int NETLINK_NETFILTER = 12;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;

    private static final int NFT_MSG_GETTABLE = 10 << 8 | 1;
    private static final int NFT_MSG_NEWTABLE = 10 << 8;
    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_HANDLE = 4;

    private static final int IPCTNL_MSG_CT_NEW = 1 << 8;
    private static final int IPCTNL_MSG_CT_GET = 1 << 8 | 1;
    private static final int IPCTNL_MSG_CT_DELETE = 1 << 8 | 2;
    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_ID = 12;
    private static final int CTA_ZONE = 18;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V4_SRC = 1;
    private static final int CTA_IP_V4_DST = 2;
    private static final int CTA_IP_V6_SRC = 3;
    private static final int CTA_IP_V6_DST = 4;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_DST_PORT = 3;
    private static final int NLA_F_NESTED = 0x8000;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    /** struct nfgenmsg. */
    private static final int HEADER = 4;

    /** The address families a table of the packet filter can be for. */
    public enum TableFamily {
        INET(1),
        IP(AF_INET),
        IP6(AF_INET6);

        private final int number;

        TableFamily(int number) {
            this.number = number;
        }
    }

    private final NetlinkSocket socket;
    private final ReentrantLock conversation = new ReentrantLock();
    /** For dumps, which may be long: nothing else waits for their end. */
    private final NetlinkSocket dumps;

    private final ReentrantLock dumping = new ReentrantLock();

    private NetfilterSocket(NetlinkSocket socket, NetlinkSocket dumps) {
        this.socket = socket;
        this.dumps = dumps;
    }

    /** Speaks for the namespace of the calling thread, whichever thread uses it later. */
    public static NetfilterSocket open() throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(NETLINK_NETFILTER, "NETLINK_NETFILTER");
        try {
            return new NetfilterSocket(socket, NetlinkSocket.open(NETLINK_NETFILTER, "NETLINK_NETFILTER"));
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** A number that a table has as long as it exists and that none after it gets; empty when there is no such table. */
    public OptionalLong tableHandle(TableFamily family, String name) throws ErrnoException {
        RouteMessages messages = new RouteMessages();
        messages.begin("NFT_MSG_GETTABLE(" + name, NFT_MSG_GETTABLE, NLM_F_ACK);
        messages.netfilterHeader(family.number);
        messages.text(NFTA_TABLE_NAME, name);
        try {
            return converse(messages).stream()
                    .filter(answer -> answer.type() == NFT_MSG_NEWTABLE)
                    .map(answer -> answer.attributes(HEADER).get(NFTA_TABLE_HANDLE))
                    .mapToLong(raw -> raw.order(ByteOrder.BIG_ENDIAN).getLong(0))
                    .findFirst();
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /**
     * Makes the kernel forget connections, so that their next packet is treated by the rules of then. A host may track
     * hundreds of thousands: each datagram of the dump is done with before the next one is asked for.
     */
    public int deleteFlows(boolean ipv4, Predicate<Flow> which) throws ErrnoException {
        RouteMessages messages = new RouteMessages();
        messages.begin("IPCTNL_MSG_CT_GET(all", IPCTNL_MSG_CT_GET, NLM_F_DUMP);
        messages.netfilterHeader(ipv4 ? AF_INET : AF_INET6);
        dumping.lock();
        try {
            dumps.send(messages);
            int deleted = 0;
            boolean done = false;
            while (!done) {
                List<Answer> datagram = dumps.receive(messages.subject(0));
                deleted += delete(datagram, which);
                done = ends(datagram, messages);
            }
            return deleted;
        } finally {
            dumping.unlock();
        }
    }

    private int delete(List<Answer> tracked, Predicate<Flow> which) throws ErrnoException {
        int deleted = 0;
        for (Answer answer : tracked) {
            if (answer.type() == IPCTNL_MSG_CT_NEW && flow(answer).filter(which).isPresent()) {
                deleted += delete(answer) ? 1 : 0;
            }
        }
        return deleted;
    }

    private boolean delete(Answer tracked) throws ErrnoException {
        Map<Integer, ByteBuffer> attributes = tracked.attributes(HEADER);
        RouteMessages messages = new RouteMessages();
        messages.begin("IPCTNL_MSG_CT_DELETE(one", IPCTNL_MSG_CT_DELETE, NLM_F_ACK);
        messages.netfilterHeader(tracked.payload().get(0));
        for (int part : new int[] {CTA_TUPLE_ORIG, CTA_ID, CTA_ZONE}) {
            Optional.ofNullable(attributes.get(part))
                    .ifPresent(raw -> messages.bytes(part == CTA_TUPLE_ORIG ? part | NLA_F_NESTED : part, bytes(raw)));
        }
        try {
            converse(messages);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static Optional<Flow> flow(Answer answer) {
        Map<Integer, ByteBuffer> attributes = answer.attributes(HEADER);
        ByteBuffer sent = attributes.get(CTA_TUPLE_ORIG);
        ByteBuffer answered = attributes.get(CTA_TUPLE_REPLY);
        if (sent == null || answered == null) {
            return Optional.empty();
        }
        Optional<InetAddress> destination = address(sent, CTA_IP_V4_DST, CTA_IP_V6_DST);
        Optional<InetAddress> answering = address(answered, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
        ByteBuffer transport = Answer.attributes(sent, 0).get(CTA_TUPLE_PROTO);
        if (destination.isEmpty() || answering.isEmpty() || transport == null) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> ports = Answer.attributes(transport, 0);
        ByteBuffer number = ports.get(CTA_PROTO_NUM);
        ByteBuffer port = ports.get(CTA_PROTO_DST_PORT);
        return number == null || port == null
                ? Optional.empty()
                : Optional.of(new Flow(
                        Byte.toUnsignedInt(number.get(0)),
                        destination.get(),
                        Short.toUnsignedInt(port.order(ByteOrder.BIG_ENDIAN).getShort(0)),
                        answering.get()));
    }

    private static Optional<InetAddress> address(ByteBuffer tuple, int ipv4, int ipv6) {
        ByteBuffer addresses = Answer.attributes(tuple, 0).get(CTA_TUPLE_IP);
        if (addresses == null) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> found = Answer.attributes(addresses, 0);
        ByteBuffer raw = found.containsKey(ipv4) ? found.get(ipv4) : found.get(ipv6);
        try {
            return raw == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes(raw)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a tracked connection has an address of unknown length", e);
        }
    }

    private static byte[] bytes(ByteBuffer raw) {
        byte[] copy = new byte[raw.remaining()];
        raw.get(0, copy);
        return copy;
    }

    /** One message and what answers it, with its acknowledgement. */
    private List<Answer> converse(RouteMessages message) throws ErrnoException {
        conversation.lock();
        try {
            socket.send(message);
            List<Answer> all = new ArrayList<>();
            boolean done = false;
            while (!done) {
                List<Answer> datagram = socket.receive(message.subject(0));
                all.addAll(datagram);
                done = ends(datagram, message);
            }
            return all;
        } finally {
            conversation.unlock();
        }
    }

    private static boolean ends(List<Answer> datagram, RouteMessages message) throws ErrnoException {
        boolean ends = false;
        for (Answer answer : datagram) {
            answer.throwFailure(message);
            ends |= answer.endsDump() || answer.isAcknowledgement();
        }
        return ends;
    }

    @Override
    public void close() {
        dumps.close();
        socket.close();
    }
}
