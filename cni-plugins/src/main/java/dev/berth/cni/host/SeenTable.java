package dev.berth.cni.host;

import java.io.IOException;

/** The plugins' table as it was last looked at: who flushes all rules removes it, and its successor is another one. */
public final class SeenTable {
    private static final long NEVER = -1;

    private final FilterTable table;
    private volatile long handle = NEVER;

    public SeenTable(FilterTable table) {
        this.table = table;
    }

    public void look() throws IOException {
        handle = table.handle();
    }

    /** As if it had never been looked at. */
    public void forget() {
        handle = NEVER;
    }

    /** Whether it was there and is the same now. */
    public boolean stands() throws IOException {
        return handle != FilterTable.NONE && !changed();
    }

    /** Whether it has come, gone or been replaced since, or was never looked at. */
    public boolean changed() throws IOException {
        return handle != table.handle();
    }

    public boolean wasMissing() {
        return handle == FilterTable.NONE;
    }
}
