package dev.berth.cni;

/** Whether pods can get a network now, and if not, why. */
public sealed interface NetworkReadiness {
    /** The origin is the file that describes the network, or says that it is the default one. */
    record Ready(String network, String origin) implements NetworkReadiness {}

    /** The reason is one CamelCase word, as Kubernetes conditions have it; the message says what to do. */
    record NotReady(String reason, String message) implements NetworkReadiness {}
}
