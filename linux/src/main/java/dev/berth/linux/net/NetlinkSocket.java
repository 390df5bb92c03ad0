package dev.berth.linux.net;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A socket to one of the kernel's netlink families. Not for several threads at once. */
final class NetlinkSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    /** The kernel answers within milliseconds; only a lost answer ends here. */
    private static final long ANSWER_SECONDS = 30;

    private static final int RECEIVE_BYTES = 64 * 1024;

    private final Fd socket;
    private final byte[] received = new byte[RECEIVE_BYTES];

    private NetlinkSocket(Fd socket) {
        this.socket = socket;
    }

    /** Speaks for the namespace of the calling thread, whichever thread uses it later. */
    static NetlinkSocket open(int family, String name) throws ErrnoException {
        Fd fd = Fd.orThrow(NetCalls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, family), "socket", name);
        try {
            flag(fd, NETLINK_CAP_ACK, "NETLINK_CAP_ACK");
            flag(fd, NETLINK_EXT_ACK, "NETLINK_EXT_ACK");
            flag(fd, NETLINK_GET_STRICT_CHK, "NETLINK_GET_STRICT_CHK");
            ByteBuffer timeout = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
            option(
                    fd,
                    SOL_SOCKET,
                    SO_RCVTIMEO,
                    timeout.putLong(ANSWER_SECONDS).putLong(0).array(),
                    "SO_RCVTIMEO");
            return new NetlinkSocket(fd);
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    private static void flag(Fd fd, int option, String name) throws ErrnoException {
        byte[] one =
                ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(1).array();
        option(fd, SOL_NETLINK, option, one, name);
    }

    private static void option(Fd fd, int level, int option, byte[] value, String name) throws ErrnoException {
        if (NetCalls.setsockopt(fd.number(), level, option, value, value.length) != 0) {
            throw new ErrnoException("setsockopt", name, Native.getLastError());
        }
    }

    void send(RouteMessages messages) throws ErrnoException {
        byte[] bytes = messages.encoded();
        long sent;
        do {
            sent = NetCalls.send(socket.number(), bytes, bytes.length, 0);
        } while (sent < 0 && Native.getLastError() == Errno.EINTR);
        if (sent < 0) {
            throw new ErrnoException("send", messages.subject(0), Native.getLastError());
        }
    }

    List<Answer> receive(String subject) throws ErrnoException {
        while (true) {
            long length = NetCalls.recv(socket.number(), received, received.length, 0);
            if (length >= 0) {
                return Answer.split(ByteBuffer.wrap(received, 0, (int) length).order(ByteOrder.nativeOrder()));
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("recv", "netlink " + subject, errno);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
