package dev.berth.cni.host;

import dev.berth.linux.net.NetfilterSocket.TableFamily;
import java.io.IOException;

/** The nftables table (family inet) that holds all rules of the built-in plugins. */
public record FilterTable(HostNetwork host, String name) {
    static final long NONE = 0;

    /** In the commands {@code %s} stands for the table's name. They take effect together or not at all. */
    public void run(String commands) throws IOException {
        host.filter().run(commands.replace("%s", name));
    }

    /** The table's content in nft's JSON. */
    public String listing() throws IOException {
        return host.filter().json("list table inet " + name);
    }

    /** Not an error when there is none. */
    public void remove() throws IOException {
        run("add table inet %s\ndelete table inet %s\n");
    }

    /** Another one for each table that is made under the name; {@link #NONE} while there is none. */
    long handle() throws IOException {
        return host.netfilter().tableHandle(TableFamily.INET, name).orElse(NONE);
    }
}
