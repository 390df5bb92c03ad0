package dev.berth.engine.security;

import static dev.berth.engine.oci.LinuxCapability.CAP_AUDIT_WRITE;
import static dev.berth.engine.oci.LinuxCapability.CAP_CHOWN;
import static dev.berth.engine.oci.LinuxCapability.CAP_DAC_OVERRIDE;
import static dev.berth.engine.oci.LinuxCapability.CAP_FOWNER;
import static dev.berth.engine.oci.LinuxCapability.CAP_FSETID;
import static dev.berth.engine.oci.LinuxCapability.CAP_KILL;
import static dev.berth.engine.oci.LinuxCapability.CAP_MKNOD;
import static dev.berth.engine.oci.LinuxCapability.CAP_NET_BIND_SERVICE;
import static dev.berth.engine.oci.LinuxCapability.CAP_NET_RAW;
import static dev.berth.engine.oci.LinuxCapability.CAP_SETFCAP;
import static dev.berth.engine.oci.LinuxCapability.CAP_SETGID;
import static dev.berth.engine.oci.LinuxCapability.CAP_SETPCAP;
import static dev.berth.engine.oci.LinuxCapability.CAP_SETUID;
import static dev.berth.engine.oci.LinuxCapability.CAP_SYS_CHROOT;

import dev.berth.engine.oci.Capabilities;
import dev.berth.engine.oci.LinuxCapability;
import dev.berth.engine.request.SecurityInput;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The capability sets of a container. Whatever is asked for, it gets none that the daemon itself lacks. The inheritable
 * set holds the ambient capabilities and nothing else: more would survive an exec of a file with capabilities.
 */
public final class CapabilitySets {
    private static final Logger LOG = LoggerFactory.getLogger(CapabilitySets.class);
    private static final String ALL = "ALL";

    private static final Set<LinuxCapability> DEFAULT = Set.of(
            CAP_CHOWN,
            CAP_DAC_OVERRIDE,
            CAP_FSETID,
            CAP_FOWNER,
            CAP_MKNOD,
            CAP_NET_RAW,
            CAP_SETGID,
            CAP_SETUID,
            CAP_SETFCAP,
            CAP_SETPCAP,
            CAP_NET_BIND_SERVICE,
            CAP_SYS_CHROOT,
            CAP_KILL,
            CAP_AUDIT_WRITE);

    private CapabilitySets() {}

    public static Capabilities of(SecurityInput security, long available) {
        Set<LinuxCapability> held = LinuxCapability.ofBits(available);
        Set<LinuxCapability> ambient = named(security.capabilities().ambient(), held);
        Set<LinuxCapability> own = security.privileged() ? EnumSet.copyOf(held) : chosen(security.capabilities(), held);
        own.addAll(ambient);
        own.retainAll(held);
        ambient.retainAll(held);
        List<String> names = LinuxCapability.names(own);
        List<String> ambientNames = LinuxCapability.names(ambient);
        return new Capabilities(names, names, ambientNames, names, ambientNames);
    }

    /** ALL is applied first, in either list, so that single names can be taken back from it. */
    private static Set<LinuxCapability> chosen(SecurityInput.CapabilityInput input, Set<LinuxCapability> held) {
        Set<LinuxCapability> set = EnumSet.copyOf(DEFAULT);
        if (all(input.add())) {
            set.addAll(held);
        }
        if (all(input.drop())) {
            set.clear();
        }
        set.addAll(named(input.add().stream().filter(name -> !all(name)).toList(), held));
        set.removeAll(named(input.drop().stream().filter(name -> !all(name)).toList(), held));
        return set;
    }

    private static boolean all(List<String> names) {
        return names.stream().anyMatch(CapabilitySets::all);
    }

    private static boolean all(String name) {
        return name.equalsIgnoreCase(ALL);
    }

    /** A name that a newer kernel has must not keep a container from running. */
    private static Set<LinuxCapability> named(List<String> names, Set<LinuxCapability> held) {
        Set<LinuxCapability> set = EnumSet.noneOf(LinuxCapability.class);
        for (String name : names) {
            if (all(name)) {
                set.addAll(held);
            } else {
                LinuxCapability.named(name)
                        .ifPresentOrElse(set::add, () -> LOG.warn("capability \"{}\" is unknown: left out", name));
            }
        }
        return set;
    }
}
