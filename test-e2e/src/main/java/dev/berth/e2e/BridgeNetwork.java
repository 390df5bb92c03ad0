package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bridge network that runtimes are compared on: one conflist for each of them, apart from names. */
public final class BridgeNetwork {
    private BridgeNetwork() {}

    /** One without a plugin for ports of the host, as nodes have it whose runtime opens them itself. */
    public static Path withoutPorts(Path folder, boolean builtin) throws IOException {
        configure(folder, builtin);
        var conflist = folder.resolve("net.d/10-bridge.conflist");
        Files.writeString(
                conflist, Files.readString(conflist).replaceFirst("(?s),\\s*\\{\"type\": \"portmap\".*}}", ""));
        return folder;
    }

    static String conflist(Marks marks) {
        return """
                {"cniVersion": "1.0.0", "name": "%1$s", "plugins": [
                  {"type": "bridge", "bridge": "%1$s", "isGateway": true, "ipMasq": true, "ipam":
                    {"type": "host-local", "dataDir": "%2$s/leases", "ranges": [[{"subnet": "%3$s"}]],
                     "routes": [{"dst": "0.0.0.0/0"}]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}}]}
                """.formatted(marks.bridge(), marks.folder(), marks.subnet());
    }

    /** Gives a berthd that is to run in a folder this network, by its own plugins or by the plugin programs. */
    public static Path configure(Path folder, boolean builtin) throws IOException {
        var networks = Files.createDirectories(folder.resolve("net.d"));
        Files.writeString(networks.resolve("10-bridge.conflist"), conflist(Marks.of(folder)));
        var dropIns = Files.createDirectories(folder.resolve("conf.d"));
        Files.writeString(dropIns.resolve("10-plugins.toml"), "[cni]\nprefer_builtin = " + builtin + "\n");
        return folder;
    }
}
