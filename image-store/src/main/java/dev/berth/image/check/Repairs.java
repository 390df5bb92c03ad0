package dev.berth.image.check;

import dev.berth.image.catalog.Images;
import dev.berth.image.oci.Digest;
import dev.berth.image.record.StorePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** What can be done about the faults of a store. */
public final class Repairs {
    private static final String ADVICE = "repair the store with berth fsck --repair, then pull again";

    private Repairs() {}

    /** Tells only, and nothing of a layer that no image needs any more. */
    public static StoreCheck.Repair none(Predicate<Digest> needed) {
        return new StoreCheck.Repair() {
            @Override
            public Optional<String> layer(Digest chainId) {
                return Optional.of(ADVICE).filter(_ -> needed.test(chainId));
            }

            @Override
            public String document(Digest document) {
                return ADVICE;
            }

            @Override
            public String record(Path file) {
                return ADVICE;
            }
        };
    }

    /** Takes out of use what is damaged, so that it is not served and the next pull brings it again. */
    public static StoreCheck.Repair of(StorePaths paths, Images images) {
        return new StoreCheck.Repair() {
            @Override
            public Optional<String> layer(Digest chainId) throws IOException {
                var done = images.quarantine(chainId) ? "set aside, pull again" : "out of use already, pull again";
                return Optional.of(done).filter(_ -> images.need(chainId));
            }

            @Override
            public String document(Digest document) throws IOException {
                images.withdraw(document);
                Files.deleteIfExists(paths.blob(document));
                return "deleted, pull again";
            }

            @Override
            public String record(Path file) throws IOException {
                images.quarantine(file);
                return "set aside, pull again";
            }
        };
    }
}
