package dev.berth.cni;

/** Whether pods can get a network now, and if not, why. */
public sealed interface NetworkReadiness {
    record Ready(String network) implements NetworkReadiness {}

    /** The reason is one CamelCase word, as Kubernetes conditions have it; the message says what to do. */
    record NotReady(String reason, String message) implements NetworkReadiness {}
}
