package dev.berth.engine.cdi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.oci.Mistake;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads one file of the Container Device Interface, JSON or YAML by its name's end. Unknown members are errors, as for its vendors. */
final class CdiFile {
    /** Those of hosts with many devices have some hundred KiB. */
    private static final int MAX_BYTES = 4 << 20;

    private static final int MAX_DEPTH = 32;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .build();

    private CdiFile() {}

    static boolean named(Path file) {
        return file.toString().endsWith(".json") || file.toString().endsWith(".yaml");
    }

    static CdiDocument read(Path file) throws InvalidSpecException, IOException {
        try {
            JsonNode tree = tree(file);
            SchemaVersion.checkKnown(tree.path("cdiVersion").asText());
            return JSON.treeToValue(tree, CdiDocument.class).checked();
        } catch (JsonProcessingException e) {
            throw new InvalidSpecException(Mistake.in(e), e);
        } catch (CharacterCodingException e) {
            throw new InvalidSpecException("it is not text in UTF-8", e);
        } catch (MarkedYAMLException e) {
            throw new InvalidSpecException(place(e.getProblemMark()) + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new InvalidSpecException(Reason.of(e).replaceAll("\\s+", " "), e);
        }
    }

    private static String place(@Nullable Mark mark) {
        return mark == null ? "" : "line %d, column %d: ".formatted(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static JsonNode tree(Path file) throws InvalidSpecException, IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new InvalidSpecException("it is larger than " + MAX_BYTES + " bytes");
        }
        String text = Files.readString(file);
        return file.toString().endsWith(".json") ? JSON.readTree(text) : JSON.valueToTree(yaml().load(text));
    }

    /** Plain values only; a loader is for one thread. */
    private static Yaml yaml() {
        var options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }
}
