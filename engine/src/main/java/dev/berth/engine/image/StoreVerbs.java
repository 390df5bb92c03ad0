package dev.berth.engine.image;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import dev.berth.engine.operation.Operations;
import dev.berth.engine.operation.Stage;
import dev.berth.image.ImageStore;
import dev.berth.image.archive.ImportFile;
import dev.berth.image.catalog.Image;
import dev.berth.image.check.Fault;
import dev.berth.image.contents.Depth;
import dev.berth.image.layer.limit.RoomException;
import dev.berth.image.pull.PullException;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Import, export and check of the image store: what an operator asks beyond the CRI. */
public final class StoreVerbs {
    private final ImageStore store;
    private final Operations operations;
    private final AtomicLong runs = new AtomicLong();

    public StoreVerbs(ImageStore store, Operations operations) {
        this.store = store;
        this.operations = operations;
    }

    /** An archive that arrives in pieces. Whoever begins one closes it. */
    public final class Arrival implements AutoCloseable {
        private final ImportFile file;

        private Arrival(ImportFile file) {
            this.file = file;
        }

        public void add(ByteBuffer bytes) throws EngineException {
            try {
                file.write(bytes);
            } catch (RoomException e) {
                throw new EngineException(Code.RESOURCE_EXHAUSTED, "import: " + Reason.of(e), e);
            } catch (IOException e) {
                throw internal("import", e);
            }
        }

        /** Takes the images into the store. */
        public List<Image> finish(Optional<String> name) throws EngineException, InterruptedException {
            var key = "import-image #" + runs.incrementAndGet();
            var images = operations.run(key, Stage.IMPORT_IMAGE_STARTED, Image[].class, _ -> {
                try {
                    return file.finish(name).toArray(Image[]::new);
                } catch (PullException e) {
                    throw new EngineException(Images.code(e), Reason.of(e), e);
                }
            });
            return List.of(images);
        }

        @Override
        public void close() {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("close an imported archive", e);
            }
        }
    }

    public Arrival arrival() throws EngineException {
        try {
            return new Arrival(store.importing());
        } catch (IOException e) {
            throw internal("import", e);
        }
    }

    public void export(List<String> images, OutputStream out) throws EngineException, InterruptedException {
        var key = "export-image %s #%d".formatted(String.join(" ", images), runs.incrementAndGet());
        operations.run(key, Stage.EXPORT_IMAGE_STARTED, Boolean.class, _ -> {
            try {
                store.export(images, out);
                out.flush();
                return true;
            } catch (NoSuchFileException e) {
                throw new EngineException(Code.NOT_FOUND, "export: no " + Reason.of(e), e);
            } catch (CallerGone e) {
                throw new EngineException(Code.CANCELLED, "export: " + Reason.of(e), e);
            } catch (IOException e) {
                throw new EngineException(Code.DATA_LOSS, "export: " + Reason.of(e), e);
            }
        });
    }

    public void check(Depth depth, boolean repair, Consumer<Fault> faults)
            throws EngineException, InterruptedException {
        var key = "check-images #" + runs.incrementAndGet();
        operations.run(key, Stage.CHECK_IMAGES_STARTED, Boolean.class, _ -> {
            try {
                store.check(depth, repair, faults);
                return true;
            } catch (IOException e) {
                throw internal("check", e);
            }
        });
    }

    private static EngineException internal(String verb, IOException cause) {
        return new EngineException(Code.INTERNAL, verb + ": " + cause.getMessage(), cause);
    }
}
