package dev.berth.engine.spec;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.CommandInput;
import dev.berth.shim.plan.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment of a process, in order of first appearance; the last value of a name wins. */
final class Environment {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> variables = new LinkedHashMap<>();

    Environment(boolean terminal) {
        variables.put("PATH", DEFAULT_PATH);
        if (terminal) {
            variables.put("TERM", "xterm");
        }
    }

    /** An entry without a value takes a variable away that would be there without the image, as Docker has it. */
    Environment image(List<String> entries) throws InvalidSpecException {
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals < 0) {
                variables.remove(entry);
            } else {
                put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return this;
    }

    Environment hostname(String hostname) throws InvalidSpecException {
        return put("HOSTNAME", hostname);
    }

    Environment requested(List<CommandInput.Variable> entries) throws InvalidSpecException {
        for (CommandInput.Variable entry : entries) {
            put(entry.name(), text(entry.name(), entry.value()));
        }
        return this;
    }

    Environment home(String home) throws InvalidSpecException {
        return variables.containsKey("HOME") ? this : put("HOME", home);
    }

    List<String> entries() {
        return variables.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private Environment put(String name, String value) throws InvalidSpecException {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new InvalidSpecException("environment variable \"" + name.replace('\0', '?') + "\": invalid name");
        }
        if (value.indexOf('\0') >= 0) {
            throw new InvalidSpecException("environment variable " + name + ": the value holds a NUL byte");
        }
        variables.put(name, value);
        return this;
    }

    /** The spec is JSON, which has no byte strings: what is not text is refused rather than changed. */
    private static String text(String name, Bytes value) throws InvalidSpecException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.toArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidSpecException("environment variable " + name + ": the value is not valid UTF-8", e);
        }
    }
}
