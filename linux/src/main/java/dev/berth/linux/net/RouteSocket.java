package dev.berth.linux.net;

import com.sun.jna.Native;
import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A conversation with the kernel about the links, addresses and routes of one network namespace. */
public final class RouteSocket implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_ROUTE = 0;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    /** The kernel answers within milliseconds; only a lost answer ends here. */
    private static final long ANSWER_SECONDS = 30;

    private static final int RECEIVE_BYTES = 64 * 1024;

    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETADDR = 22;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;
    private static final int IFLA_IFNAME = 3;

    private final Fd socket;
    private final ReentrantLock conversation = new ReentrantLock();
    private final byte[] received = new byte[RECEIVE_BYTES];

    private RouteSocket(Fd socket) {
        this.socket = socket;
    }

    /** Speaks for the namespace of the calling thread, whichever thread uses it later. */
    public static RouteSocket open() throws ErrnoException {
        Fd fd = Fd.orThrow(NetCalls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE), "socket", "NETLINK_ROUTE");
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
            return new RouteSocket(fd);
        } catch (ErrnoException e) {
            fd.close();
            throw e;
        }
    }

    /** Speaks for the given namespace. */
    public static RouteSocket in(Fd netns) throws IOException {
        return NetworkNamespace.call(netns, RouteSocket::open);
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

    /**
     * Sends all changes at once and waits for every answer. A failure is that of the first change that failed; the
     * kernel has tried the later ones all the same.
     */
    public void commit(RouteBatch batch) throws ErrnoException {
        RouteMessages messages = batch.messages();
        if (messages.count() == 0) {
            return;
        }
        conversation.lock();
        try {
            send(messages);
            Acknowledgements answers = new Acknowledgements(messages);
            while (!answers.complete()) {
                for (Answer answer : receive("acknowledgement")) {
                    answers.take(answer);
                }
            }
            answers.throwFirstFailure();
        } finally {
            conversation.unlock();
        }
    }

    public Optional<Link> link(String name) throws ErrnoException {
        RouteMessages messages = new RouteMessages();
        messages.begin("RTM_GETLINK(" + name, RTM_GETLINK, NLM_F_ACK);
        messages.linkHeader(0, 0, 0);
        messages.text(IFLA_IFNAME, name);
        conversation.lock();
        try {
            send(messages);
            return singleLink(messages);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e;
        } finally {
            conversation.unlock();
        }
    }

    private Optional<Link> singleLink(RouteMessages messages) throws ErrnoException {
        Acknowledgements answers = new Acknowledgements(messages);
        Optional<Link> link = Optional.empty();
        while (!answers.complete()) {
            for (Answer answer : receive("link")) {
                if (answer.isLink()) {
                    link = Optional.of(answer.link());
                }
                answers.take(answer);
            }
        }
        answers.throwFirstFailure();
        return link;
    }

    public List<Link> links() throws ErrnoException {
        RouteMessages messages = new RouteMessages();
        messages.begin("RTM_GETLINK(all", RTM_GETLINK, NLM_F_DUMP);
        messages.linkHeader(0, 0, 0);
        List<Link> links = new ArrayList<>();
        for (Answer answer : dump(messages)) {
            if (answer.isLink()) {
                links.add(answer.link());
            }
        }
        return links;
    }

    /** The addresses of one interface. */
    public List<LinkAddress> addresses(int link) throws ErrnoException {
        RouteMessages messages = new RouteMessages();
        messages.begin("RTM_GETADDR(link " + link, RTM_GETADDR, NLM_F_DUMP);
        messages.addressHeader(0, 0, 0, 0, link);
        List<LinkAddress> addresses = new ArrayList<>();
        for (Answer answer : dump(messages)) {
            if (answer.isAddress()) {
                addresses.add(answer.address());
            }
        }
        return addresses;
    }

    private List<Answer> dump(RouteMessages messages) throws ErrnoException {
        conversation.lock();
        try {
            send(messages);
            List<Answer> all = new ArrayList<>();
            boolean done = false;
            while (!done) {
                for (Answer answer : receive(messages.subject(0))) {
                    answer.throwFailure(messages);
                    all.add(answer);
                    done |= answer.endsDump();
                }
            }
            return all;
        } finally {
            conversation.unlock();
        }
    }

    private void send(RouteMessages messages) throws ErrnoException {
        byte[] bytes = messages.encoded();
        long sent;
        do {
            sent = NetCalls.send(socket.number(), bytes, bytes.length, 0);
        } while (sent < 0 && Native.getLastError() == Errno.EINTR);
        if (sent < 0) {
            throw new ErrnoException("send", messages.subject(0), Native.getLastError());
        }
    }

    private List<Answer> receive(String subject) throws ErrnoException {
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

    /** Counts the answers to a batch and keeps the failure of the earliest message. */
    private static final class Acknowledgements {
        private final RouteMessages messages;
        private int outstanding;
        private @Nullable Answer failure;

        Acknowledgements(RouteMessages messages) {
            this.messages = messages;
            this.outstanding = messages.count();
        }

        boolean complete() {
            return outstanding == 0;
        }

        void take(Answer answer) {
            if (!answer.isAcknowledgement()) {
                return;
            }
            outstanding--;
            if (failure == null && answer.errno() != 0) {
                failure = answer;
            }
        }

        void throwFirstFailure() throws ErrnoException {
            if (failure != null) {
                failure.throwFailure(messages);
            }
        }
    }
}
