package dev.berth.cri.spec;

import dev.berth.cri.oci.InvalidSpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The files below a sandbox's directory that its containers see: hosts, hostname, resolv.conf and the shm directory. */
public record PodFiles(Path directory) {
    public Path hosts() {
        return directory.resolve("hosts");
    }

    public Path hostname() {
        return directory.resolve("hostname");
    }

    public Path resolvConf() {
        return directory.resolve("resolv.conf");
    }

    /** Where the sandbox's own mount namespace, and no other, has the pod's /dev/shm. */
    public Path shm() {
        return directory.resolve("shm");
    }

    /** Makes the three files and the shm directory; doing it again gives the same. */
    public void write(String podHostname, boolean hostNetwork, Optional<DnsInput> dns)
            throws InvalidSpecException, IOException {
        throw new UnsupportedOperationException(podHostname + hostNetwork + dns);
    }
}
