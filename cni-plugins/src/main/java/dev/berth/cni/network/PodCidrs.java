package dev.berth.cni.network;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.address.AddressRange;
import dev.berth.cni.address.Cidr;
import dev.berth.cni.document.Json;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The address ranges that the cluster has given this node for its pods, kept over restarts. */
public final class PodCidrs {
    private static final String KEY = "podCIDRs";

    private final Path file;
    private volatile List<Cidr> assigned;

    private PodCidrs(Path file, List<Cidr> assigned) {
        this.file = file;
        this.assigned = assigned;
    }

    /** A file that a power failure emptied counts as none: the kubelet tells the ranges again when it starts. */
    static PodCidrs open(Path file) throws IOException {
        try {
            List<String> texts = Files.size(file) == 0
                    ? List.of()
                    : Json.texts(Json.read(file).path(KEY));
            return new PodCidrs(file, checked(texts));
        } catch (NoSuchFileException _) {
            return new PodCidrs(file, List.of());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
    }

    /** Empty until the cluster has said any. */
    List<Cidr> assigned() {
        return assigned;
    }

    public void assign(List<String> texts) throws IOException {
        List<Cidr> ranges = checked(texts);
        if (!ranges.equals(assigned)) {
            ObjectNode document = Json.object();
            ArrayNode array = document.putArray(KEY);
            ranges.forEach(range -> array.add(range.toString()));
            Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
            Files.write(temporary, Json.bytes(document));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            assigned = ranges;
        }
    }

    /** One of each family at most, with room for a gateway and a pod. */
    private static List<Cidr> checked(List<String> texts) {
        List<Cidr> ranges = texts.stream().map(Cidr::parse).toList();
        for (Cidr range : ranges) {
            AddressRange.parse(Json.object().put("subnet", range.toString()));
        }
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (ranges.stream().filter(range -> range.ipv4() == ipv4).count() > 1) {
                throw new IllegalArgumentException(
                        texts + " has more than one range of the " + (ipv4 ? "IPv4" : "IPv6") + " family");
            }
        }
        return ranges;
    }
}
