package dev.berth.linux.net;

import com.sun.jna.Pointer;
import java.util.concurrent.locks.ReentrantLock;

/** The packet filter of one network namespace: that of the thread that opened this. Usable by several threads. */
public final class Nftables implements AutoCloseable {
    private static final int NFT_CTX_DEFAULT = 0;
    private static final int NFT_CTX_OUTPUT_JSON = 1 << 4;

    private final Pointer context;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean closed;

    private Nftables(Pointer context) {
        this.context = context;
    }

    public static Nftables open() throws NftablesException {
        Pointer context = NftCalls.nft_ctx_new(NFT_CTX_DEFAULT);
        if (context == null) {
            throw new NftablesException("no context could be made");
        }
        if (NftCalls.nft_ctx_buffer_output(context) != 0 || NftCalls.nft_ctx_buffer_error(context) != 0) {
            NftCalls.nft_ctx_free(context);
            throw new NftablesException("no output buffers could be made");
        }
        return new Nftables(context);
    }

    /** Runs commands in nft's syntax as one transaction: all of them or none. */
    public void run(String commands) throws NftablesException {
        execute(commands, 0);
    }

    /** Runs a listing command and gives its answer as JSON (libnftables-json(5)). */
    public String json(String command) throws NftablesException {
        return execute(command, NFT_CTX_OUTPUT_JSON);
    }

    private String execute(String commands, int outputFlags) throws NftablesException {
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the nftables context is closed");
            }
            NftCalls.nft_ctx_output_set_flags(context, outputFlags);
            int result = NftCalls.nft_run_cmd_from_buffer(context, commands);
            String output = NftCalls.nft_ctx_get_output_buffer(context);
            String errors = NftCalls.nft_ctx_get_error_buffer(context);
            if (result != 0) {
                throw new NftablesException(errors);
            }
            return output;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                NftCalls.nft_ctx_free(context);
            }
        } finally {
            turn.unlock();
        }
    }
}
