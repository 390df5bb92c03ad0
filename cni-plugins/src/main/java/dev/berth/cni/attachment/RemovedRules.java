package dev.berth.cni.attachment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.chain.Chain;
import dev.berth.cni.chain.Plugins;
import dev.berth.cni.host.HostNetwork;
import dev.berth.cni.network.NetworkConfig;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that somebody has removed our nftables table, and puts back what belongs to the remembered attachments. */
public final class RemovedRules {
    private static final Logger LOG = LoggerFactory.getLogger(RemovedRules.class);
    /** Not looked at before it is known which attachments are of sandboxes that are gone. */
    private static final long UNSORTED = -2;

    private static final long UNKNOWN = -1;
    private static final long NO_TABLE = 0;

    private final HostNetwork host;
    private final String table;
    private final Plugins builtin;
    private final AttachmentStore attachments;
    /** That of the table when all attachments' rules were in it. */
    private volatile long whole = UNSORTED;

    public RemovedRules(HostNetwork host, String table, Plugins builtin, AttachmentStore attachments) {
        this.host = host;
        this.table = table;
        this.builtin = builtin;
        this.attachments = attachments;
    }

    private boolean suspected() throws IOException {
        return whole != UNSORTED && host.generation(table) != whole;
    }

    /**
     * Has nothing put back for sandboxes that are gone, before the DEL of the first of them, which may take long; from
     * then on it is known what to put back. What cannot be read fails its DEL, which tells of it.
     */
    public void leaveOut(List<String> gone) throws InterruptedException {
        Failures told = new Failures();
        for (String sandboxId : gone) {
            told.of("mark", () -> attachments.load(sandboxId).ifPresent(attachments::leaving));
        }
        if (whole == UNSORTED) {
            whole = UNKNOWN;
        }
    }

    /**
     * Asked with every attach and every look at the readiness; an operation under way leaves it to the next. One sandbox
     * whose rules fail is no reason to keep others from a network.
     */
    public void restore(Lock alone) throws InterruptedException {
        try {
            if (suspected() && alone.tryLock()) {
                try {
                    putBack();
                } finally {
                    alone.unlock();
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("put back rules that somebody has removed: {}", e.getMessage());
        }
    }

    /** The first attachment that needs rules makes the table; from then on it is missed when it is removed. */
    public void attached() throws IOException {
        if (whole == NO_TABLE) {
            whole = host.generation(table);
        }
    }

    /** For when no attach or detach runs. What fails for one attachment is not tried again until the table changes. */
    public void putBack() throws IOException, InterruptedException {
        builtin.forget();
        Failures failures = new Failures();
        for (String sandboxId : attachments.sandboxIds()) {
            failures.of("put back the rules of sandbox " + sandboxId, () -> putBack(sandboxId));
        }
        whole = host.generation(table);
        failures.raise();
    }

    private void putBack(String sandboxId) throws IOException, InterruptedException {
        Optional<AttachmentRecord> remembered = attachments
                .load(sandboxId)
                .filter(AttachmentRecord::builtin)
                .filter(attachment -> !attachment.leaving());
        Optional<ObjectNode> result = remembered.flatMap(AttachmentRecord::result);
        if (result.isPresent()) {
            AttachmentRecord attachment = remembered.get();
            NetworkConfig network = attachment.config().orElseThrow();
            new Chain(network, builtin, attachment.capabilityArguments())
                    .restore(attachment.invocation(Optional.empty()), result.get());
        }
    }
}
