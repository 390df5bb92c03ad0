package dev.berth.engine.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The running kernel's version. */
public record KernelVersion(int major, int minor) {
    private static final Pattern RELEASE = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6}).*");

    public static KernelVersion current() {
        return parse(System.getProperty("os.version", ""));
    }

    /** 0.0 for what does not begin with two numbers. */
    static KernelVersion parse(String release) {
        Matcher matcher = RELEASE.matcher(release);
        return matcher.matches()
                ? new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new KernelVersion(0, 0);
    }

    public boolean atLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }
}
