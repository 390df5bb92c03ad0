package dev.berth.engine.pod;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.DnsInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Pattern;

/** The files below a sandbox's directory that its containers see: hosts, hostname and resolv.conf. */
public record PodFiles(Path directory) {
    /** Where the mount namespace of a pod's holder, and no other, has the pod's /dev/shm. */
    public static final Path SHM = Path.of("/.berth-pod-shm");

    private static final int MAX_HOST_FILE = 1 << 20;

    /** The kernel's limit is 64 bytes. */
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");

    private static final String HOSTS = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::\tip6-localnet
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    public Path hosts() {
        return directory.resolve("hosts");
    }

    public Path hostname() {
        return directory.resolve("hostname");
    }

    public Path resolvConf() {
        return directory.resolve("resolv.conf");
    }

    /** Makes the three files; a pod without a host name, or on the host's network, has the host's. Doing it again gives the same. */
    public void write(String podHostname, boolean hostNetwork, Optional<DnsInput> dns)
            throws InvalidSpecException, IOException {
        String resolver = dns.isPresent() ? ResolvConf.of(dns.get()) : host("/etc/resolv.conf");
        boolean hostName = hostNetwork || podHostname.isEmpty();
        checkHostname(podHostname, hostNetwork);
        write(resolvConf(), resolver);
        write(hosts(), hostNetwork ? host("/etc/hosts") : HOSTS);
        write(hostname(), (hostName ? hostHostname() : podHostname) + "\n");
    }

    public static String hostHostname() throws IOException {
        return host("/proc/sys/kernel/hostname").strip();
    }

    private static void checkHostname(String hostname, boolean hostNetwork) throws InvalidSpecException, IOException {
        if (hostname.isEmpty()) {
            return;
        }
        if (!HOSTNAME.matcher(hostname).matches()) {
            throw new InvalidSpecException("host name \"" + hostname.replaceAll("\\p{Cntrl}", "?") + "\" is not valid");
        }
        if (hostNetwork && !hostname.equals(hostHostname())) {
            throw new InvalidSpecException(
                    "host name \"" + hostname + "\": a pod on the host's network has the host's name");
        }
    }

    /** A host without such a file gives its pods an empty one. */
    private static String host(String path) throws IOException {
        try (RootDirectory root = RootDirectory.at(Path.of("/"))) {
            return root.read(path, MAX_HOST_FILE)
                    .map(content -> new String(content, StandardCharsets.UTF_8))
                    .orElse("");
        }
    }

    /** The umask of the daemon is for its own files: these are read by any user of a container. */
    private static void write(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
