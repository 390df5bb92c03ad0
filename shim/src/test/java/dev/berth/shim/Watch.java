package dev.berth.shim;

import dev.berth.linux.process.ProcessIdentity;

/** A process somewhere in the system whose end is awaited; a zombie has not ended. */
record Watch(ProcessIdentity process) {
    static Watch of(ProcessIdentity process) {
        return new Watch(process);
    }

    void awaitEnd() {
        while (process.exists()) {
            Thread.onSpinWait();
        }
    }
}
