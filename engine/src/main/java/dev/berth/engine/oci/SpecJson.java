package dev.berth.engine.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Reads and writes the documents of this package. Unknown members are ignored, as the spec's extensibility asks. */
public final class SpecJson {
    private static final int MAX_DEPTH = 32;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private SpecJson() {}

    public static byte[] write(Spec spec) throws JsonProcessingException {
        return MAPPER.writeValueAsBytes(spec);
    }

    /** The document of a process alone, as a runtime's {@code exec} takes it. */
    public static byte[] write(ContainerProcess process) throws JsonProcessingException {
        return MAPPER.writeValueAsBytes(process);
    }

    public static Spec read(byte[] json) throws IOException {
        return MAPPER.readValue(json, Spec.class);
    }
}
