package dev.berth.e2e.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.e2e.CriClient;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code Cri SOCKET VERB ARGUMENT...}: the verbs and arguments of crictl that the demonstration uses. */
final class Cri {
    private Cri() {}

    public static void main(String[] arguments) throws IOException {
        var words = List.of(arguments);
        try (var client = CriClient.to(Path.of(words.getFirst()))) {
            var verbs = new Verbs(client, System.out);
            run(verbs, words.get(1), words.subList(2, words.size()));
        } catch (StatusRuntimeException refused) {
            System.err.println(words.get(1) + ": " + refused.getStatus());
            System.exit(1);
        }
    }

    private static void run(Verbs verbs, String verb, List<String> words) throws IOException {
        switch (verb) {
            case "version" -> verbs.version();
            case "pull" -> verbs.pull(words.getFirst());
            case "runp" -> verbs.runPod(text(words.getFirst()));
            case "create" -> verbs.create(words.get(0), text(words.get(1)), text(words.get(2)));
            case "start" -> verbs.start(words.getFirst());
            case "ps" -> verbs.containers();
            case "inspectp" -> verbs.inspectPod(words.getFirst());
            case "logs" -> verbs.logs(words.getFirst());
            case "exec" -> System.exit(verbs.exec(words.get(1), words.subList(2, words.size())));
            case "stats" -> verbs.stats();
            case "stop" -> verbs.stop(words.get(2), Long.parseLong(words.get(1)));
            case "rm" -> verbs.remove(words.getFirst());
            case "stopp" -> verbs.stopPod(words.getFirst());
            case "rmp" -> verbs.removePods(words);
            case "rmi" -> words.forEach(verbs::removeImage);
            default -> throw new IOException("unknown verb " + verb);
        }
    }

    /** A JSON file in crictl's form, as compact JSON. */
    private static String text(String file) throws IOException {
        return new ObjectMapper().readTree(Files.readString(Path.of(file))).toString();
    }
}
