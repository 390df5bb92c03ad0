package dev.berth.cni.address;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Ranges of one address family out of which a sandbox gets one address. */
public record RangeSet(List<AddressRange> ranges) {
    public RangeSet {
        ranges = List.copyOf(ranges);
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("a set of address ranges is empty");
        }
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = 0; j < i; j++) {
                requireSeparate(ranges.get(i), ranges.get(j));
            }
        }
    }

    private static void requireSeparate(AddressRange one, AddressRange other) {
        if (one.subnet().ipv4() != other.subnet().ipv4()) {
            throw new IllegalArgumentException("a set of address ranges mixes IPv4 and IPv6");
        }
        requireApart(one, other);
    }

    private static void requireApart(AddressRange one, AddressRange other) {
        if (one.contains(other.first()) || other.contains(one.first())) {
            throw new IllegalArgumentException("address ranges " + one + " and " + other + " overlap");
        }
    }

    public void requireSeparate(RangeSet other) {
        ranges.forEach(one -> other.ranges.forEach(another -> requireApart(one, another)));
    }

    public static RangeSet parse(JsonNode set) {
        List<AddressRange> ranges = new ArrayList<>();
        set.forEach(range -> ranges.add(AddressRange.parse(range)));
        return new RangeSet(ranges);
    }

    public boolean ipv4() {
        return ranges.getFirst().subnet().ipv4();
    }

    public Optional<AddressRange> rangeOf(InetAddress address) {
        return ranges.stream().filter(range -> range.contains(address)).findFirst();
    }

    public boolean isGateway(InetAddress address) {
        return rangeOf(address).filter(range -> range.gateway().equals(address)).isPresent();
    }

    /** Every address of the set once, beginning after the given one. */
    public Iterator<InetAddress> from(Optional<InetAddress> lastReserved) {
        return new Round(lastReserved.filter(address -> rangeOf(address).isPresent()));
    }

    private final class Round implements Iterator<InetAddress> {
        private final InetAddress start;
        private Optional<InetAddress> next;

        Round(Optional<InetAddress> lastReserved) {
            start = lastReserved.map(this::successor).orElse(ranges.getFirst().first());
            next = Optional.of(start);
        }

        private InetAddress successor(InetAddress address) {
            for (int i = 0; i < ranges.size(); i++) {
                if (ranges.get(i).contains(address)) {
                    AddressRange following = ranges.get((i + 1) % ranges.size());
                    return ranges.get(i).after(address).orElse(following.first());
                }
            }
            throw new IllegalArgumentException(Cidr.text(address) + " is not in " + RangeSet.this);
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public InetAddress next() {
            InetAddress current = next.orElseThrow(NoSuchElementException::new);
            next = Optional.of(successor(current)).filter(address -> !address.equals(start));
            return current;
        }
    }
}
