package dev.berth.cni.network;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where pod networks come from, and how far a plugin is trusted.
 *
 * @param cacheDir where attachments are remembered, below {@code attachments}
 * @param preferBuiltin whether the plugins of {@code Plugins} run inside the daemon, not as programs
 * @param defaultNetwork used while the configuration directory holds no configuration; empty to wait for one
 * @param pluginTimeout how long one plugin binary may take for one operation
 * @param nftTable the nftables table (family inet) of the built-in plugins
 * @param handlerConfDirs configuration directories of runtime handlers that have one of their own
 */
public record NetworkSettings(
        Path confDir,
        List<Path> binDirs,
        Path cacheDir,
        boolean preferBuiltin,
        Optional<DefaultNetwork> defaultNetwork,
        Duration pluginTimeout,
        String nftTable,
        Map<String, Path> handlerConfDirs) {
    public NetworkSettings {
        handlerConfDirs = Map.copyOf(handlerConfDirs);
        binDirs = List.copyOf(binDirs);
        if (!nftTable.matches("[a-zA-Z][a-zA-Z0-9_]{0,63}")) {
            throw new IllegalArgumentException("\"" + nftTable + "\" is not a valid nftables table name");
        }
    }

    /** One configuration directory for all runtime handlers. */
    public NetworkSettings(
            Path confDir,
            List<Path> binDirs,
            Path cacheDir,
            boolean preferBuiltin,
            Optional<DefaultNetwork> defaultNetwork,
            Duration pluginTimeout,
            String nftTable) {
        this(confDir, binDirs, cacheDir, preferBuiltin, defaultNetwork, pluginTimeout, nftTable, Map.of());
    }
}
