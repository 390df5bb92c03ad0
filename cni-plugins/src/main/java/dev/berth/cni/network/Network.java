package dev.berth.cni.network;

/**
 * A network that pods can be attached to.
 *
 * @param origin the file that describes it, or what stands for one
 */
public record Network(NetworkConfig config, String origin) {}
