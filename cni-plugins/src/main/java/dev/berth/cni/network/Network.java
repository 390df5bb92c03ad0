package dev.berth.cni.network;

/**
 * A network that pods can be attached to.
 *
 * @param origin the file that describes it, or what stands for one
 */
public record Network(NetworkConfig config, String origin) {
    /** A pod's ports of the host are opened in any case: by Berth where no plugin of the network does it, as CRI-O has it. */
    Network publishing() {
        return config.publishes() ? this : new Network(config.publishing(), origin + ", host ports by Berth itself");
    }
}
