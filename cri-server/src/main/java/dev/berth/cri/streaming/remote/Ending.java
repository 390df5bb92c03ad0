package dev.berth.cri.streaming.remote;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** How a session ended, as its error stream tells: a Status object (Kubernetes' {@code meta/v1}), or before v4 plain text. */
public sealed interface Ending {
    /** Of a command, with exit code 0; of an attachment, always. */
    record Success() implements Ending {}

    record NonZeroExit(int code) implements Ending {}

    /** The session could not begin, or broke. */
    record Failure(String message) implements Ending {}

    /** What is written to the error stream; nothing for none. */
    default byte[] told(RemoteProtocol protocol) {
        return (protocol.tellsStatus() ? status().toString() : text()).getBytes(StandardCharsets.UTF_8);
    }

    private String text() {
        return switch (this) {
            case Success() -> "";
            case NonZeroExit(var code) -> exitMessage(code);
            case Failure(var message) -> message;
        };
    }

    private ObjectNode status() {
        var status = JsonNodeFactory.instance.objectNode();
        status.putObject("metadata");
        switch (this) {
            case Success() -> status.put("status", "Success");
            case NonZeroExit(var code) -> {
                status.put("status", "Failure")
                        .put("message", exitMessage(code))
                        .put("reason", "NonZeroExitCode");
                cause(status).put("reason", "ExitCode").put("message", Integer.toString(code));
            }
            case Failure(var message) -> {
                status.put("status", "Failure").put("message", message).put("reason", "InternalError");
                cause(status).put("message", message);
                status.put("code", 500);
            }
        }
        return status;
    }

    private static ObjectNode cause(ObjectNode status) {
        return status.putObject("details").putArray("causes").addObject();
    }

    private static String exitMessage(int code) {
        return "command terminated with exit code " + code;
    }
}
