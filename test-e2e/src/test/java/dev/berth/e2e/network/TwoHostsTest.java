package dev.berth.e2e.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.berth.e2e.HostState;
import dev.berth.e2e.Marks;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts that route to each other's pods (host-gw): network namespaces of this machine with a berthd each. */
@ExtendWith(SharedRegistry.class)
final class TwoHostsTest {
    private static final List<String> FIRST = List.of("192.0.2.1", "2001:db8::1");
    private static final List<String> SECOND = List.of("192.0.2.2", "2001:db8::2");

    /** With ipMasq the bridge plugin hides pods from all that is not of their own subnet, so a routed network goes without. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void routedPodsSeeOneAnothersOwnAddressesUnlessTheyAreMasqueraded(
            boolean masquerade, @TempDir Path folder, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var marks = List.of(Marks.of(folder.resolve("first")), Marks.of(folder.resolve("second")));
        var before = List.of(HostState.of(marks.getFirst()), HostState.of(marks.getLast()));
        try (var first = RoutedNode.start(marks.getFirst(), registry, masquerade);
                var second = RoutedNode.start(marks.getLast(), registry, masquerade)) {
            NamespaceHost.connect(first.host(), FIRST, second.host(), SECOND);
            first.routeTo(second, SECOND);
            second.routeTo(first, FIRST);
            for (int family = 0; family < FIRST.size(); family++) {
                var one = first.addresses().get(family);
                var other = second.addresses().get(family);
                assertEquals(masquerade ? FIRST.get(family) : one, first.asSeenBy(other));
                assertEquals(masquerade ? SECOND.get(family) : other, second.asSeenBy(one));
            }
        }
        HostState.awaitSame(marks.getFirst(), before.getFirst());
        HostState.awaitSame(marks.getLast(), before.getLast());
    }
}
