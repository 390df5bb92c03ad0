package dev.berth.engine.security;

import dev.berth.engine.host.HostFacts;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.SecurityInput;
import dev.berth.engine.request.SecurityProfile;
import java.util.Optional;

/** The AppArmor profile and SELinux label of a container's process. */
public record LsmLabels(Optional<String> apparmor, Optional<String> selinux) {
    public static LsmLabels of(SecurityInput security, HostFacts host) throws InvalidSpecException {
        return new LsmLabels(apparmor(security, host), selinux(security, host));
    }

    private static Optional<String> apparmor(SecurityInput security, HostFacts host) throws InvalidSpecException {
        if (security.privileged()) {
            return Optional.empty();
        }
        return switch (security.apparmor()) {
            case SecurityProfile.Unconfined() -> host.apparmor() ? Optional.of("unconfined") : Optional.empty();
            case SecurityProfile.RuntimeDefault() -> runtimeDefault(host);
            case SecurityProfile.Localhost(String profile) -> Optional.of(localhost(profile, host));
        };
    }

    /** Nothing to do without AppArmor; with it, a container that asks to be confined is never started unconfined. */
    private static Optional<String> runtimeDefault(HostFacts host) throws InvalidSpecException {
        if (host.apparmor() && host.apparmorDefault().isEmpty()) {
            throw new InvalidSpecException("AppArmor profile RuntimeDefault: no profile \"berth-default\" is loaded on"
                    + " this node; load one with apparmor_parser, or ask for a Localhost profile");
        }
        return host.apparmorDefault();
    }

    private static String localhost(String profile, HostFacts host) throws InvalidSpecException {
        if (!host.apparmor()) {
            throw new InvalidSpecException("AppArmor profile \"" + profile + "\": this host has no AppArmor");
        }
        return printable("AppArmor profile", profile);
    }

    /** As everywhere, labels mean nothing on a host without SELinux. */
    private static Optional<String> selinux(SecurityInput security, HostFacts host) throws InvalidSpecException {
        if (!host.selinux() || security.privileged() || security.selinux().isEmpty()) {
            return Optional.empty();
        }
        SecurityInput.SelinuxOptions options = security.selinux().get();
        return Optional.of(String.join(
                ":",
                printable("SELinux user", options.user()),
                printable("SELinux role", options.role()),
                printable("SELinux type", options.type()),
                printable("SELinux level", options.level())));
    }

    private static String printable(String what, String text) throws InvalidSpecException {
        if (text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new InvalidSpecException(what + " \"" + text.strip() + "\" is not valid");
        }
        return text;
    }
}
