package dev.berth.image.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.image.contents.Depth;
import dev.berth.image.contents.LayerCheck;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Digest;
import dev.berth.image.oci.DocumentException;
import dev.berth.image.record.ImageRecord;
import dev.berth.image.record.LayerRecord;
import dev.berth.image.record.Records;
import dev.berth.image.record.StorePaths;
import dev.berth.linux.Reason;
import dev.berth.linux.fs.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Looks through a store on disk: documents against their digests, records against what they need, layers against their lists of contents. */
public final class StoreCheck {
    /** What is done about a fault. */
    interface Repair {
        /** Returns what was done, or is to be done; empty if the layer has left the store meanwhile, so that there is no fault. */
        Optional<String> layer(Digest chainId) throws IOException;

        String document(Digest document) throws IOException;

        String record(Path file) throws IOException;
    }

    /** A read that fails now may succeed later: only what differs, or is missing, is taken out of use. */
    private static final String LEFT = "left as it is; see the kernel's log for what ails the disk";

    /** @param certain whether something differs or is missing, and not merely cannot be read */
    private record Problem(String text, boolean certain) {
        static Problem certain(String text) {
            return new Problem(text, true);
        }

        static Problem unreadable(IOException failure) {
            return new Problem("it cannot be read: " + failure.getMessage(), false);
        }
    }

    @FunctionalInterface
    private interface Remedy {
        Optional<String> apply() throws IOException;
    }

    private final StorePaths paths;
    private final Depth depth;
    private final LayerCheck.Pace pace;
    private final Repair repair;
    private final Consumer<Fault> faults;
    /** The layers that images need, with the names of those images. */
    private final Map<Digest, List<String>> needed = new LinkedHashMap<>();

    public StoreCheck(StorePaths paths, Depth depth, LayerCheck.Pace pace, Repair repair, Consumer<Fault> faults) {
        this.paths = paths;
        this.depth = depth;
        this.pace = pace;
        this.repair = repair;
        this.faults = faults;
    }

    public void run() throws IOException, InterruptedException {
        for (var file : new TreeSet<>(StorePaths.entries(paths.images()))) {
            record(file);
        }
        for (var chainId : needed.keySet()) {
            layer(chainId);
        }
    }

    private void record(Path file) throws IOException {
        try {
            var problem = recordProblem(file);
            if (problem.isPresent()) {
                tell("image record " + file.getFileName(), problem.get(), () -> Optional.of(repair.record(file)));
            }
        } catch (NoSuchFileException e) {
            return; // removed meanwhile
        }
    }

    private Optional<Problem> recordProblem(Path file) throws IOException {
        try {
            var record = Records.read(file, ImageRecord.class);
            if (!paths.image(record.id()).equals(file)) {
                return Optional.of(Problem.certain("it has another image's name"));
            }
            var name = record.tags().isEmpty()
                    ? record.id().toString()
                    : record.tags().getFirst();
            return documents(record, name) ? layers(record, name) : Optional.empty();
        } catch (NoSuchFileException e) {
            throw e;
        } catch (JsonProcessingException | DocumentException e) {
            return Optional.of(Problem.certain(Reason.of(e)));
        } catch (IOException e) {
            return Optional.of(Problem.unreadable(e));
        }
    }

    private void tell(String subject, Problem problem, Remedy remedy) throws IOException {
        var done = problem.certain ? remedy.apply() : Optional.of(LEFT);
        done.ifPresent(text -> faults.accept(new Fault(subject, problem.text, text)));
    }

    private boolean documents(ImageRecord record, String name) throws IOException {
        var whole = true;
        var documents = new ArrayList<>(record.documents());
        documents.add(record.id());
        for (var document : documents.stream().distinct().toList()) {
            var problem = problem(document);
            if (problem.isPresent() && Files.exists(paths.image(record.id()))) {
                whole = whole && !document.equals(record.id());
                var subject = "document %s of image %s".formatted(document, name);
                tell(subject, problem.get(), () -> Optional.of(repair.document(document)));
            }
        }
        return whole;
    }

    private Optional<Problem> problem(Digest document) {
        try {
            var bytes = Files.readAllBytes(paths.blob(document));
            return document.isOf(bytes)
                    ? Optional.empty()
                    : Optional.of(Problem.certain("it does not have its digest any more"));
        } catch (NoSuchFileException e) {
            return Optional.of(Problem.certain("it is missing"));
        } catch (IOException e) {
            return Optional.of(Problem.unreadable(e));
        }
    }

    private Optional<Problem> layers(ImageRecord record, String name) throws IOException {
        var config = ConfigDocument.parse(Files.readAllBytes(paths.blob(record.id())));
        if (!config.chainIds().equals(record.layers())) {
            return Optional.of(Problem.certain("its layers are not those of its config"));
        }
        record.layers()
                .forEach(chainId ->
                        needed.computeIfAbsent(chainId, _ -> new ArrayList<>()).add(name));
        return Optional.empty();
    }

    private void layer(Digest chainId) throws IOException, InterruptedException {
        var problem = layerProblem(chainId);
        if (problem.isPresent()) {
            var names = String.join(", ", needed.getOrDefault(chainId, List.of()));
            tell("layer %s of %s".formatted(chainId, names), problem.get(), () -> repair.layer(chainId));
        }
    }

    private Optional<Problem> layerProblem(Digest chainId) throws InterruptedException {
        try {
            var record = Records.read(StorePaths.layerRecord(paths.layer(chainId)), LayerRecord.class);
            return problem(chainId, record).map(Problem::certain);
        } catch (NoSuchFileException e) {
            return Optional.of(Problem.certain("it is missing"));
        } catch (JsonProcessingException e) {
            return Optional.of(Problem.certain("its record is damaged: " + e.getOriginalMessage()));
        } catch (IOException e) {
            return Files.exists(paths.layer(chainId))
                    ? Optional.of(Problem.unreadable(e))
                    : Optional.of(Problem.certain("it is missing"));
        }
    }

    private Optional<String> problem(Digest chainId, LayerRecord record) throws IOException, InterruptedException {
        if (!record.chainId().equals(chainId)) {
            return Optional.of("its record is that of another layer");
        }
        var layer = paths.directory(chainId);
        try (var directory = Directory.open(layer.path())) {
            var sealed = directory.status(
                    StorePaths.layerRecord(layer.path()).getFileName().toString());
            if (sealed.isEmpty()) {
                return Optional.of("it is missing");
            }
            try (var check = new LayerCheck(layer, record.contents(), sealed.get(), depth)) {
                return check.fault(pace);
            }
        }
    }
}
