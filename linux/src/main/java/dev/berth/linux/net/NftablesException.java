package dev.berth.linux.net;

import java.io.IOException;

/** Commands that nftables refused; none of them took effect. */
public final class NftablesException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int TEXT_LIMIT = 2000;

    NftablesException(String errors) {
        super("nftables: " + (errors.length() > TEXT_LIMIT ? errors.substring(0, TEXT_LIMIT) : errors).strip());
    }
}
