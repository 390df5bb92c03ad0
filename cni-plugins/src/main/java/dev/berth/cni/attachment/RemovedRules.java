package dev.berth.cni.attachment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cni.chain.Chain;
import dev.berth.cni.chain.Plugins;
import dev.berth.cni.host.FilterTable;
import dev.berth.cni.host.SeenTable;
import dev.berth.cni.network.NetworkConfig;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that somebody has removed our nftables table, and puts back what belongs to the remembered attachments. */
public final class RemovedRules {
    private static final Logger LOG = LoggerFactory.getLogger(RemovedRules.class);

    private final Plugins builtin;
    private final AttachmentStore attachments;
    /** The table when all attachments' rules were in it. */
    private final SeenTable whole;
    /** Whether it is known which attachments are of sandboxes that are gone; nothing is put back before. */
    private volatile boolean sorted;

    public RemovedRules(FilterTable table, Plugins builtin, AttachmentStore attachments) {
        this.whole = new SeenTable(table);
        this.builtin = builtin;
        this.attachments = attachments;
    }

    private boolean suspected() throws IOException {
        return sorted && whole.changed();
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
        sorted = true;
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
            LOG.warn("put back rules that somebody has removed: {}", Reason.of(e));
        }
    }

    /** The first attachment that needs rules makes the table; from then on it is missed when it is removed. */
    public void attached() throws IOException {
        if (whole.wasMissing()) {
            whole.look();
        }
    }

    /** For when no attach or detach runs. What fails for one attachment is not tried again until the table changes. */
    public void putBack() throws IOException, InterruptedException {
        builtin.forget();
        Failures failures = new Failures();
        for (String sandboxId : attachments.sandboxIds()) {
            failures.of("put back the rules of sandbox " + sandboxId, () -> putBack(sandboxId));
        }
        whole.look();
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
