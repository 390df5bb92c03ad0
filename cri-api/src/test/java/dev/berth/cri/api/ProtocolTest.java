package dev.berth.cri.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ProtocolTest {
    private static final Path LISTING = Path.of("src/test/resources/protocol.txt");
    private static final Path COMPILED = Path.of("target/protocol.txt");

    @Test
    void theCompiledProtocolIsTheOneListed() throws IOException {
        var compiled =
                ProtocolListing.of(VersionRequest.getDescriptor().getFile().toProto());
        Files.writeString(COMPILED, text(compiled));
        assertEquals(Files.readString(LISTING), text(compiled), "the compiled listing is in " + COMPILED);
    }

    @Test
    void theListingIsThatOfTheKubernetesModule() throws IOException, InterruptedException {
        PublishedProtocol.obstacle()
                .ifPresent(reason -> abort("api.proto is not compared with k8s.io/cri-api: " + reason));
        assertEquals(text(ProtocolListing.of(PublishedProtocol.read())), Files.readString(LISTING));
    }

    private static String text(ProtocolListing listing) {
        return String.join("\n", listing.lines()) + "\n";
    }
}
