package dev.berth.cni;

/**
 * A network that pods can be attached to.
 *
 * @param origin the file that describes it, or what stands for one
 */
record Network(NetworkConfig config, String origin) {}
