package dev.berth.cri.door;

import dev.berth.cri.api.LinuxContainerConfig;
import dev.berth.cri.api.LinuxContainerSecurityContext;
import dev.berth.cri.api.SupplementalGroupsPolicy;
import dev.berth.engine.failure.EngineException;
import dev.berth.engine.request.SecurityInput;
import dev.berth.engine.request.SecurityInput.CapabilityInput;
import dev.berth.engine.request.SecurityInput.SelinuxOptions;
import dev.berth.engine.request.SecurityProfile;
import dev.berth.engine.request.UserInput;
import java.util.Optional;
import java.util.OptionalLong;

/** Security contexts as CRI gives them, decoded. */
final class SecurityRequests {
    private SecurityRequests() {}

    static SecurityInput security(LinuxContainerConfig linux) throws EngineException {
        var context = linux.getSecurityContext();
        return new SecurityInput(
                context.getPrivileged(),
                capabilities(context),
                user(context),
                context.getReadonlyRootfs(),
                context.getNoNewPrivs(),
                context.getMaskedPathsList(),
                context.getReadonlyPathsList(),
                profile(context.hasSeccomp(), context.getSeccomp(), seccompText(context)),
                profile(context.hasApparmor(), context.getApparmor(), apparmorText(context)),
                selinux(context),
                SandboxRequests.namespaces(context.getNamespaceOptions()));
    }

    private static CapabilityInput capabilities(LinuxContainerSecurityContext context) {
        var capabilities = context.getCapabilities();
        return new CapabilityInput(
                capabilities.getAddCapabilitiesList(),
                capabilities.getDropCapabilitiesList(),
                capabilities.getAddAmbientCapabilitiesList());
    }

    private static UserInput user(LinuxContainerSecurityContext context) {
        return new UserInput(
                context.hasRunAsUser() ? OptionalLong.of(context.getRunAsUser().getValue()) : OptionalLong.empty(),
                context.hasRunAsGroup()
                        ? OptionalLong.of(context.getRunAsGroup().getValue())
                        : OptionalLong.empty(),
                context.getRunAsUsername(),
                context.getSupplementalGroupsList(),
                context.getSupplementalGroupsPolicy() == SupplementalGroupsPolicy.Strict);
    }

    private static Optional<SelinuxOptions> selinux(LinuxContainerSecurityContext context) {
        if (!context.hasSelinuxOptions()) {
            return Optional.empty();
        }
        var options = context.getSelinuxOptions();
        return Optional.of(
                new SelinuxOptions(options.getUser(), options.getRole(), options.getType(), options.getLevel()));
    }

    /** The typed profile; without it the deprecated text, and without that none. */
    private static SecurityProfile profile(boolean typed, dev.berth.cri.api.SecurityProfile profile, String text)
            throws EngineException {
        if (!typed) {
            return profile(text);
        }
        return switch (profile.getProfileType()) {
            case RuntimeDefault -> new SecurityProfile.RuntimeDefault();
            case Unconfined -> new SecurityProfile.Unconfined();
            case Localhost -> new SecurityProfile.Localhost(profile.getLocalhostRef());
            case UNRECOGNIZED -> throw EngineException.invalid("unknown security profile type");
        };
    }

    private static SecurityProfile profile(String text) throws EngineException {
        return switch (text) {
            case "", "unconfined" -> new SecurityProfile.Unconfined();
            case "runtime/default", "docker/default" -> new SecurityProfile.RuntimeDefault();
            default -> {
                if (!text.startsWith("localhost/")) {
                    throw EngineException.invalid(
                            "security profile \"%s\" is not one of runtime/default, unconfined, localhost/<name>"
                                    .formatted(text));
                }
                yield new SecurityProfile.Localhost(text.substring("localhost/".length()));
            }
        };
    }

    @SuppressWarnings("deprecation") // older callers send nothing else
    private static String seccompText(LinuxContainerSecurityContext context) {
        return context.getSeccompProfilePath();
    }

    @SuppressWarnings("deprecation") // older callers send nothing else
    private static String apparmorText(LinuxContainerSecurityContext context) {
        return context.getApparmorProfile();
    }
}
