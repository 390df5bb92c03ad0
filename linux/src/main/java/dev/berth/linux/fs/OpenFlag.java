package dev.berth.linux.fs;

/** The flags of open(2) that are used here; two of them differ between processors. */
final class OpenFlag {
    static final int WRONLY = 1;
    static final int CREAT = 0100;
    static final int EXCL = 0200;
    static final int NONBLOCK = 04000;
    static final int CLOEXEC = 02000000;
    static final int DIRECTORY;
    static final int NOFOLLOW;

    static {
        var arm = System.getProperty("os.arch", "").equals("aarch64");
        DIRECTORY = arm ? 040000 : 0200000;
        NOFOLLOW = arm ? 0100000 : 0400000;
    }

    private OpenFlag() {}
}
