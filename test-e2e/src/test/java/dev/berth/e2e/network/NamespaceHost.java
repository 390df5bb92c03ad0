package dev.berth.e2e.network;

import dev.berth.e2e.Command;
import dev.berth.e2e.Ending;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A network namespace that stands for a host of its own; it ends with this process at the latest. */
record NamespaceHost(Process holder) implements AutoCloseable {
    private static final String LINK = "uplink";

    static NamespaceHost make() throws IOException {
        var commands =
                "ip link set lo up && echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad && echo up && exec cat";
        // cat ends when this process, the other end of its input, does
        var holder = new ProcessBuilder("unshare", "--net", "sh", "-c", commands)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!"up".equals(holder.inputReader().readLine())) {
            Ending.kill(holder);
            throw new IOException("no network namespace could be made: unshare failed");
        }
        return new NamespaceHost(holder);
    }

    /** What to put before a command for it to run on this host's network. */
    List<String> wrapper() {
        return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net");
    }

    /** A cable between two hosts, each with an IPv4 and an IPv6 address of the one network between them. */
    static void connect(NamespaceHost one, List<String> ofOne, NamespaceHost other, List<String> ofOther)
            throws IOException, InterruptedException {
        var ends = new String[] {Long.toString(one.holder.pid()), Long.toString(other.holder.pid())};
        Command.run("ip", "link", "add", LINK, "netns", ends[0], "type", "veth", "peer", "name", LINK, "netns", ends[1])
                .orFail();
        one.addressed(ofOne);
        other.addressed(ofOther);
    }

    private void addressed(List<String> addresses) throws IOException, InterruptedException {
        for (var address : addresses) {
            ip("address", "add", address + (address.contains(":") ? "/64" : "/24"), "dev", LINK);
        }
        ip("link", "set", LINK, "up");
    }

    void route(String subnet, String gateway) throws IOException, InterruptedException {
        ip("route", "add", subnet, "via", gateway);
    }

    private void ip(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(wrapper());
        command.add("ip");
        command.addAll(List.of(arguments));
        Command.run(command.toArray(String[]::new)).orFail();
    }

    @Override
    public void close() {
        Ending.kill(holder);
    }
}
