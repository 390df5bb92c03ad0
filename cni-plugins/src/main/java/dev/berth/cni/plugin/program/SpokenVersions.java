package dev.berth.cni.plugin.program;

import dev.berth.cni.document.FileStamp;
import dev.berth.cni.document.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What plugin programs have answered to VERSION; each is asked again when its file has changed. */
public final class SpokenVersions {
    /** Asks the program. */
    @FunctionalInterface
    interface Question {
        byte[] ask() throws IOException, InterruptedException;
    }

    private record Known(FileStamp program, List<String> versions) {}

    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    /** Empty for a program that does not say. One that fails may say it the next time. */
    List<String> by(Path program, Question question) throws InterruptedException {
        try {
            FileStamp present = FileStamp.of(program);
            Known before = known.get(program);
            if (before != null && before.program().equals(present)) {
                return before.versions();
            }
            List<String> versions = versions(question.ask());
            known.put(program, new Known(present, versions));
            return versions;
        } catch (IOException _) {
            return List.of();
        }
    }

    private static List<String> versions(byte[] output) {
        try {
            return Json.texts(Json.parse(output, "answer to VERSION").path("supportedVersions"));
        } catch (IOException _) {
            return List.of();
        }
    }
}
