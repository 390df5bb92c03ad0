package dev.berth.cri.cli;

import dev.berth.linux.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Why there is no daemon at a socket, and what to do about it. */
final class Absence {
    private static final String NAME_IT = "start berthd, or name the configuration of the one that runs with --config";

    private Absence() {}

    static String of(Path socket) {
        if (Files.notExists(socket)) {
            return "there is no socket %s; %s".formatted(socket, NAME_IT);
        }
        if (!Files.exists(socket)) {
            return "you may not look at %s; run berth as root".formatted(socket.getParent());
        }
        return present(socket);
    }

    private static String present(Path socket) {
        try {
            if (!Files.readAttributes(socket, BasicFileAttributes.class).isOther()) {
                return "%s is no socket; %s".formatted(socket, NAME_IT);
            }
            if (!Files.isWritable(socket)) {
                return "you may not open %s, which is %s's; run berth as that user"
                        .formatted(socket, Files.getOwner(socket).getName());
            }
            return "nobody listens on %s: its berthd has ended, or is just starting; its log tells".formatted(socket);
        } catch (IOException e) {
            return "%s; %s".formatted(Reason.of(e), NAME_IT);
        }
    }
}
