package dev.berth.linux.net;

import dev.berth.linux.Errno;
import dev.berth.linux.ErrnoException;
import dev.berth.linux.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A conversation with the kernel about the links, addresses and routes of one network namespace. */
public final class RouteSocket implements AutoCloseable {
    private static final int NETLINK_ROUTE = 0;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_GETROUTE = 26;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;
    private static final int IFLA_IFNAME = 3;

    private final NetlinkSocket socket;
    private final ReentrantLock conversation = new ReentrantLock();

    private RouteSocket(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Speaks for the namespace of the calling thread, whichever thread uses it later. */
    public static RouteSocket open() throws ErrnoException {
        return new RouteSocket(NetlinkSocket.open(NETLINK_ROUTE, "NETLINK_ROUTE"));
    }

    /** Speaks for the given namespace. */
    public static RouteSocket in(Fd netns) throws IOException {
        return NetworkNamespace.call(netns, RouteSocket::open);
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
            socket.send(messages);
            Acknowledgements answers = new Acknowledgements(messages);
            while (!answers.complete()) {
                for (Answer answer : socket.receive("acknowledgement")) {
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
            socket.send(messages);
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
            for (Answer answer : socket.receive("link")) {
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

    /** The addresses of one interface; 0 stands for every one. */
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

    /** The routes through one interface, of all tables and both families. */
    public List<Route> routes(int link) throws ErrnoException {
        RouteMessages messages = new RouteMessages();
        messages.begin("RTM_GETROUTE(link " + link, RTM_GETROUTE, NLM_F_DUMP);
        messages.routeHeader(0, 0, 0, 0, 0, 0);
        List<Route> routes = new ArrayList<>();
        for (Answer answer : dump(messages)) {
            answer.route().filter(route -> route.link() == link).ifPresent(routes::add);
        }
        return routes;
    }

    private List<Answer> dump(RouteMessages messages) throws ErrnoException {
        conversation.lock();
        try {
            socket.send(messages);
            List<Answer> all = new ArrayList<>();
            boolean done = false;
            while (!done) {
                for (Answer answer : socket.receive(messages.subject(0))) {
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
