package dev.berth.image;

import dev.berth.image.contents.Depth;
import dev.berth.image.contents.LayerCheck;
import dev.berth.image.oci.ConfigDocument;
import dev.berth.image.oci.Digest;
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
final class StoreCheck {
    /** What is done about a fault. */
    interface Repair {
        /** Returns what was done, or is to be done; empty if the layer has left the store meanwhile, so that there is no fault. */
        Optional<String> layer(Digest chainId) throws IOException;

        String document(Digest document) throws IOException;

        String record(Path file) throws IOException;
    }

    private final StorePaths paths;
    private final Depth depth;
    private final LayerCheck.Pace pace;
    private final Repair repair;
    private final Consumer<Fault> faults;
    /** The layers that images need, with the names of those images. */
    private final Map<Digest, List<String>> needed = new LinkedHashMap<>();

    StoreCheck(StorePaths paths, Depth depth, LayerCheck.Pace pace, Repair repair, Consumer<Fault> faults) {
        this.paths = paths;
        this.depth = depth;
        this.pace = pace;
        this.repair = repair;
        this.faults = faults;
    }

    void run() throws IOException, InterruptedException {
        for (var file : new TreeSet<>(StorePaths.entries(paths.images()))) {
            record(file);
        }
        for (var chainId : needed.keySet()) {
            layer(chainId);
        }
    }

    private void record(Path file) throws IOException {
        try {
            var record = Records.read(file, ImageRecord.class);
            if (!paths.image(record.id()).equals(file)) {
                throw new IOException("it has another image's name");
            }
            var name = record.tags().isEmpty()
                    ? record.id().toString()
                    : record.tags().getFirst();
            if (documents(record, name)) {
                layers(record, name);
            }
        } catch (NoSuchFileException e) {
            return; // removed meanwhile
        } catch (IOException e) {
            var subject = "image record " + file.getFileName();
            faults.accept(new Fault(subject, String.valueOf(e.getMessage()), repair.record(file)));
        }
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
                faults.accept(new Fault(subject, problem.get(), repair.document(document)));
            }
        }
        return whole;
    }

    private Optional<String> problem(Digest document) throws IOException {
        try {
            var bytes = Files.readAllBytes(paths.blob(document));
            return Digest.of(bytes).equals(document)
                    ? Optional.empty()
                    : Optional.of("it does not have its digest any more");
        } catch (NoSuchFileException e) {
            return Optional.of("it is missing");
        }
    }

    private void layers(ImageRecord record, String name) throws IOException {
        var config = ConfigDocument.parse(Files.readAllBytes(paths.blob(record.id())));
        if (!config.chainIds().equals(record.layers())) {
            throw new IOException("its layers are not those of its config");
        }
        record.layers()
                .forEach(chainId ->
                        needed.computeIfAbsent(chainId, _ -> new ArrayList<>()).add(name));
    }

    private void layer(Digest chainId) throws IOException, InterruptedException {
        var problem = layerProblem(chainId);
        if (problem.isEmpty()) {
            return;
        }
        var names = String.join(", ", needed.getOrDefault(chainId, List.of()));
        repair.layer(chainId)
                .ifPresent(remedy ->
                        faults.accept(new Fault("layer %s of %s".formatted(chainId, names), problem.get(), remedy)));
    }

    private Optional<String> layerProblem(Digest chainId) throws InterruptedException {
        try {
            var record = Records.read(StorePaths.layerRecord(paths.layer(chainId)), LayerRecord.class);
            return problem(chainId, record);
        } catch (NoSuchFileException e) {
            return Optional.of("it is missing");
        } catch (IOException e) {
            return Optional.of("it cannot be read: " + e.getMessage());
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
