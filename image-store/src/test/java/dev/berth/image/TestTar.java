package dev.berth.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Builds a tar archive for a test, entry by entry, with any name whatever. */
public final class TestTar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "ISO-8859-1");

    public TestTar() {
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    public TestTar file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), 0644, 0, 0, Map.of());
    }

    public TestTar file(String name, byte[] content, int mode, long user, long group, Map<String, String> pax) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setMode(mode);
        entry.setUserId(user);
        entry.setGroupId(group);
        entry.setSize(content.length);
        entry.setModTime(1_700_000_000_000L);
        pax.forEach(entry::addPaxHeader);
        return put(entry, content);
    }

    /** An entry of any type. */
    public TestTar raw(String name, char type, byte[] content) {
        var entry = new TarArchiveEntry(name, (byte) type, true);
        entry.setSize(content.length);
        return put(entry, content);
    }

    public TestTar directory(String name, int mode) {
        var entry = new TarArchiveEntry(name.endsWith("/") ? name : name + "/", TarConstants.LF_DIR, true);
        entry.setMode(mode);
        entry.setModTime(1_600_000_000_000L);
        return put(entry, new byte[0]);
    }

    public TestTar symlink(String name, String target) {
        return link(name, TarConstants.LF_SYMLINK, target);
    }

    public TestTar hardLink(String name, String target) {
        return link(name, TarConstants.LF_LINK, target);
    }

    private TestTar link(String name, byte type, String target) {
        var entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(target);
        return put(entry, new byte[0]);
    }

    public TestTar device(String name, int major, int minor) {
        var entry = new TarArchiveEntry(name, TarConstants.LF_CHR, true);
        entry.setDevMajor(major);
        entry.setDevMinor(minor);
        entry.setMode(0666);
        return put(entry, new byte[0]);
    }

    private TestTar put(TarArchiveEntry entry, byte[] content) {
        try {
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
