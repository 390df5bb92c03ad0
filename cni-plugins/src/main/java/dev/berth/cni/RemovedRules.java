package dev.berth.cni;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/** Notices that somebody has removed our nftables table, and puts back what belongs to the remembered attachments. */
final class RemovedRules {
    private static final long UNKNOWN = -1;
    private static final long NO_TABLE = 0;

    private final HostNetwork host;
    private final String table;
    private final Plugins builtin;
    private final AttachmentStore attachments;
    /** That of the table when all attachments' rules were in it. */
    private volatile long whole = UNKNOWN;

    RemovedRules(HostNetwork host, String table, Plugins builtin, AttachmentStore attachments) {
        this.host = host;
        this.table = table;
        this.builtin = builtin;
        this.attachments = attachments;
    }

    boolean suspected() throws IOException {
        return host.generation(table) != whole;
    }

    /** The first attachment that needs rules makes the table; from then on it is missed when it is removed. */
    void attached() throws IOException {
        if (whole == NO_TABLE) {
            whole = host.generation(table);
        }
    }

    /** For when no attach or detach runs. What fails for one attachment is not tried again until the table changes. */
    void putBack() throws IOException, InterruptedException {
        builtin.forget();
        Failures failures = new Failures();
        for (String sandboxId : attachments.sandboxIds()) {
            failures.of("put back the rules of sandbox " + sandboxId, () -> putBack(sandboxId));
        }
        whole = host.generation(table);
        failures.raise();
    }

    private void putBack(String sandboxId) throws IOException, InterruptedException {
        Optional<AttachmentRecord> remembered = attachments.load(sandboxId).filter(AttachmentRecord::builtin);
        Optional<ObjectNode> result = remembered.flatMap(AttachmentRecord::result);
        if (result.isPresent()) {
            AttachmentRecord attachment = remembered.get();
            NetworkConfig network = attachment.config().orElseThrow();
            new Chain(network, builtin, attachment.capabilityArguments())
                    .restore(attachment.invocation(Optional.empty()), result.get());
        }
    }
}
