package dev.berth.cri.spec;

import dev.berth.cri.oci.InvalidSpecException;
import dev.berth.cri.oci.Spec;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;

/** Makes the OCI spec of a container: all of Berth's policy about what a container gets. */
public final class ContainerSpecs {
    private final HostFacts host;

    public ContainerSpecs(HostFacts host) {
        this.host = host;
    }

    /** @param image the image's files, for its user and group databases */
    public Spec container(ContainerInput input, RootDirectory image) throws InvalidSpecException, IOException {
        throw new UnsupportedOperationException(host + input.id() + image);
    }
}
