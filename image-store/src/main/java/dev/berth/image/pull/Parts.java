package dev.berth.image.pull;

import dev.berth.image.download.Part;
import dev.berth.image.download.PartFolder;
import dev.berth.image.download.RangedStream;
import dev.berth.image.layer.LayerBlob;
import dev.berth.image.layer.limit.LayerException;
import dev.berth.image.oci.Digest;
import dev.berth.image.registry.RegistrySession;
import dev.berth.image.registry.failure.RegistryException;
import dev.berth.linux.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the blobs of layers come in: small ones straight from the connection, large ones through a part on disk that a pull which is
 * cancelled, fails or dies leaves to the next one.
 */
public final class Parts {
    /** Below this a range more costs more than it brings, and a fetch from the start is soon done. */
    static final long LARGE = 32L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final PartFolder folder;
    private final ReentrantLock admission = new ReentrantLock();
    private final Set<Digest> claimed = ConcurrentHashMap.newKeySet();
    private volatile long kept;

    public Parts(PartFolder folder) {
        this.folder = folder;
    }

    /** What is done with a blob's bytes; it may be done twice. */
    @FunctionalInterface
    interface Use {
        void of(InputStream in) throws IOException, InterruptedException;
    }

    void read(RegistrySession session, LayerBlob blob, Use use) throws IOException, InterruptedException {
        // a manifest may claim any size: beyond what parts may take, it is believed byte by byte only
        var fits = blob.size() >= LARGE && blob.size() <= folder.most();
        if (!fits || !session.servesRanges(blob.digest()) || !claim(blob)) {
            stream(session, blob, use);
            return;
        }
        try {
            resume(session, blob, use);
        } catch (RegistryException e) {
            if (e.kind() != RegistryException.Kind.UNRANGED) {
                throw e;
            }
            folder.part(blob.digest().hex(), blob.size()).discard();
            stream(session, blob, use);
        } finally {
            claimed.remove(blob.digest());
        }
    }

    /** Only one reader of a blob at a time has its part, and while it has, no other's need of room touches it. */
    private boolean claim(LayerBlob blob) throws IOException {
        admission.lock();
        try {
            if (claimed.contains(blob.digest())) {
                return false;
            }
            var used = Stream.concat(claimed.stream(), Stream.of(blob.digest())).map(Digest::hex);
            kept = folder.makeRoom(blob.size(), used.toList());
            return claimed.add(blob.digest());
        } finally {
            admission.unlock();
        }
    }

    /** Deletes what is too old or too much. Whoever left a part, or may have, calls this then. */
    public void sweep() {
        admission.lock();
        try {
            kept = folder.makeRoom(0, claimed.stream().map(Digest::hex).toList());
        } catch (IOException e) {
            LOG.warn("sweep parts of layers in {}: {}", folder.path(), Reason.of(e));
        } finally {
            admission.unlock();
        }
    }

    /** Bytes that pulls which did not succeed have left for the next ones. */
    public long kept() {
        return kept;
    }

    /** Gives up what is there of these blobs, apart from what a pull is reading. */
    void discard(Collection<Digest> blobs) throws IOException {
        admission.lock();
        try {
            for (var blob : blobs) {
                if (!claimed.contains(blob)) {
                    folder.part(blob.hex(), 0).discard();
                }
            }
        } finally {
            admission.unlock();
        }
    }

    private static void stream(RegistrySession session, LayerBlob blob, Use use)
            throws IOException, InterruptedException {
        try (var in = session.blob(blob.digest(), blob.size())) {
            use.of(in);
        }
    }

    /** A part left by an earlier pull may have been damaged since: then it is fetched anew, once. */
    private void resume(RegistrySession session, LayerBlob blob, Use use) throws IOException, InterruptedException {
        var part = folder.part(blob.digest().hex(), blob.size());
        var left = folder.holds(part);
        try {
            ranged(session, blob, part, use);
        } catch (LayerException e) {
            if (!left) {
                throw e;
            }
            ranged(session, blob, part, use);
        }
    }

    private static void ranged(RegistrySession session, LayerBlob blob, Part part, Use use)
            throws IOException, InterruptedException {
        var keep = false;
        try (var in = RangedStream.open(part, (from, to) -> session.blob(blob.digest(), from, to))) {
            use.of(in);
        } catch (RegistryException | InterruptedIOException | InterruptedException | ClosedByInterruptException e) {
            keep = true;
            throw e;
        } finally {
            if (!keep) {
                part.discard();
            }
        }
    }
}
