package dev.berth.engine.request;

/** Which seccomp or AppArmor profile confines a container. */
public sealed interface SecurityProfile {
    record RuntimeDefault() implements SecurityProfile {}

    record Unconfined() implements SecurityProfile {}

    /** {@code reference}: the absolute path of a seccomp profile, or the name of a loaded AppArmor profile. */
    record Localhost(String reference) implements SecurityProfile {}
}
