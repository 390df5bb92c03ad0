package dev.berth.image.registry;

import dev.berth.image.credential.AuthFiles;
import dev.berth.image.registry.authentication.Tokens;
import dev.berth.image.registry.host.HostsDirectory;
import dev.berth.image.registry.http.Transfer;
import dev.berth.image.registry.proxy.EnvironmentProxies;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Where images come from: a directory of host configurations in containerd's format ("certs.d") and the node's own credentials, both
 * read anew for every pull, the proxies that the environment names, and the tokens that hosts have given.
 */
public final class Registries {
    private final HostsDirectory directory;
    private final AuthFiles authFiles;
    private final EnvironmentProxies proxies;
    private final Transfer transfer;
    private final Tokens tokens = new Tokens(InstantSource.system());

    public Registries(Path configPath) {
        this(configPath, Transfer.DEFAULT);
    }

    public Registries(Path configPath, Transfer transfer) {
        this(configPath, AuthFiles.NONE, System.getenv(), transfer);
    }

    /** With the environment's variables that name proxies. */
    public Registries(Path configPath, AuthFiles authFiles, Map<String, String> environment, Transfer transfer) {
        this.directory = new HostsDirectory(configPath);
        this.authFiles = authFiles;
        this.proxies = new EnvironmentProxies(environment);
        this.transfer = transfer;
    }

    HostsDirectory directory() {
        return directory;
    }

    Transfer transfer() {
        return transfer;
    }

    AuthFiles authFiles() {
        return authFiles;
    }

    EnvironmentProxies proxies() {
        return proxies;
    }

    Tokens tokens() {
        return tokens;
    }
}
