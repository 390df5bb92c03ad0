package dev.berth.cni.plugin.hostlocal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.AddressRange;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.address.RangeSet;
import dev.berth.cni.link.FadingLinks;
import dev.berth.cni.plugin.CniException;
import dev.berth.cni.plugin.Invocation;
import dev.berth.cni.plugin.LinkRemoval;
import dev.berth.cni.plugin.Plugin;
import dev.berth.cni.plugin.PluginResult;
import dev.berth.cni.plugin.PodNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The host-local plugin: addresses out of this node's own ranges. */
public final class HostLocal implements Plugin {
    private final FadingLinks fading;

    public HostLocal(FadingLinks fading) {
        this.fading = fading;
    }

    @Override
    public void admit(Invocation invocation, ObjectNode config) {
        HostLocalConfig.parse(config, invocation);
    }

    /**
     * A sandbox's address is on disk before it is known to anybody; the round over the range makes a released address
     * the last one to be given again.
     */
    @Override
    public ObjectNode add(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        HostLocalConfig settings = HostLocalConfig.parse(config, invocation);
        return allocate(invocation, settings).document(settings.version());
    }

    PluginResult allocate(Invocation invocation, HostLocalConfig settings) throws IOException {
        var holder = new LeaseDirectory.Holder(invocation.containerId(), invocation.interfaceName());
        try (LeaseDirectory leases = LeaseDirectory.open(settings.directory())) {
            List<PluginResult.Address> addresses = allocate(leases, holder, settings);
            return new PluginResult(List.of(), addresses, settings.routes(), settings.dns());
        }
    }

    private List<PluginResult.Address> allocate(
            LeaseDirectory leases, LeaseDirectory.Holder holder, HostLocalConfig settings) throws IOException {
        List<PluginResult.Address> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < settings.sets().size(); i++) {
                addresses.add(one(leases, holder, settings, i));
            }
            return addresses;
        } catch (IOException e) {
            leases.release(holder::equals);
            throw e;
        }
    }

    private PluginResult.Address one(
            LeaseDirectory leases, LeaseDirectory.Holder holder, HostLocalConfig settings, int index)
            throws IOException {
        RangeSet set = settings.sets().get(index);
        Optional<InetAddress> requested = settings.requestedFrom(set);
        InetAddress address = requested.isPresent()
                ? exactly(requested.get(), leases, holder, settings, index)
                : anyOf(leases, holder, settings, index);
        AddressRange range = set.rangeOf(address).orElseThrow();
        Cidr cidr = new Cidr(address, range.subnet().prefix());
        return new PluginResult.Address(cidr, Optional.of(range.gateway()), OptionalInt.empty());
    }

    private InetAddress exactly(
            InetAddress address,
            LeaseDirectory leases,
            LeaseDirectory.Holder holder,
            HostLocalConfig settings,
            int index)
            throws IOException {
        String text = "host-local: requested address " + Cidr.text(address);
        if (settings.sets().get(index).isGateway(address)) {
            throw new CniException(CniException.Kind.CONFLICT, text + " is the gateway's");
        }
        if (!leases.reserve(address, holder, index)) {
            throw new CniException(CniException.Kind.CONFLICT, text + " is in use");
        }
        fading.end(settings.network(), address);
        return address;
    }

    private InetAddress anyOf(LeaseDirectory leases, LeaseDirectory.Holder holder, HostLocalConfig settings, int index)
            throws IOException {
        RangeSet set = settings.sets().get(index);
        List<InetAddress> stillHeld = new ArrayList<>();
        Iterator<InetAddress> candidates = set.from(leases.lastReserved(index));
        while (candidates.hasNext()) {
            InetAddress candidate = candidates.next();
            if (set.isGateway(candidate)) {
                continue;
            }
            if (fading.holds(settings.network(), candidate)) {
                stillHeld.add(candidate);
            } else if (leases.reserve(candidate, holder, index)) {
                return candidate;
            }
        }
        for (InetAddress candidate : stillHeld) {
            if (leases.reserve(candidate, holder, index)) {
                fading.end(settings.network(), candidate);
                return candidate;
            }
        }
        throw new CniException(
                CniException.Kind.EXHAUSTED,
                "host-local: no address is free in "
                        + set.ranges().stream().map(AddressRange::toString).collect(Collectors.joining(", ")));
    }

    /** Goes by the addresses of the ADD's result when it has one; looking through all leases takes long on a full node. */
    @Override
    public void del(Invocation invocation, LinkRemoval removal, ObjectNode config) throws IOException {
        var holder = new LeaseDirectory.Holder(invocation.containerId(), invocation.interfaceName());
        List<InetAddress> known = PluginResult.parse(config.path("prevResult")).addresses().stream()
                .map(address -> address.cidr().address())
                .toList();
        try (LeaseDirectory leases = LeaseDirectory.open(HostLocalConfig.directory(config))) {
            boolean released = !known.isEmpty();
            for (InetAddress address : known) {
                released &= leases.release(address, holder);
            }
            if (!released) {
                leases.release(each -> each.equals(holder) || each.equals(holder.withoutInterface()));
            }
        }
    }

    @Override
    public void check(Invocation invocation, PodNamespace pod, ObjectNode config) throws IOException {
        var holder = new LeaseDirectory.Holder(invocation.containerId(), invocation.interfaceName());
        try (LeaseDirectory leases = LeaseDirectory.open(HostLocalConfig.directory(config))) {
            if (leases.leases(lease -> lease.holder().equals(holder)).isEmpty()) {
                throw new CniException(
                        CniException.Kind.FAILED,
                        "host-local: sandbox " + invocation.containerId() + " has no lease in "
                                + HostLocalConfig.directory(config));
            }
        }
    }

    @Override
    public void status(ObjectNode config) {
        HostLocalConfig.sets(config);
    }

    @Override
    public void collect(Set<String> liveContainerIds, ObjectNode config) throws IOException {
        try (LeaseDirectory leases = LeaseDirectory.open(HostLocalConfig.directory(config))) {
            leases.release(holder -> !liveContainerIds.contains(holder.containerId()));
        }
    }

    /** The subnets addresses may come from. */
    static List<Cidr> subnets(JsonNode config) {
        return HostLocalConfig.sets(config).stream()
                .flatMap(set -> set.ranges().stream())
                .map(AddressRange::subnet)
                .toList();
    }
}
