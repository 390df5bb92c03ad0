package dev.berth.image.layer.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.berth.image.oci.Digest;
import dev.berth.linux.digest.NativeSha256;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DigestStateTest {
    @Test
    void bothImplementationsAgreeWhateverThePieces() {
        var bytes = new byte[300_000];
        new Random(3).nextBytes(bytes);
        for (var size : List.of(0, 1, 63, 64, 65, 65_536, 65_537, 300_000)) {
            for (var piece : List.of(1000, 70_000)) {
                try (var openSsl = new DigestState.OpenSsl(new NativeSha256());
                        var jdk = new DigestState.Jdk(Digest.sha256())) {
                    for (var at = 0; at < size; at += piece) {
                        openSsl.update(bytes, at, Math.min(piece, size - at));
                        jdk.update(bytes, at, Math.min(piece, size - at));
                    }
                    assertEquals(jdk.finish(), openSsl.finish());
                }
            }
        }
    }

    @Test
    void libcryptoIsUsedWhereItIs() {
        try (var fastest = DigestState.like(Digest.of(new byte[0]))) {
            assertInstanceOf(DigestState.OpenSsl.class, fastest);
        }
    }
}
