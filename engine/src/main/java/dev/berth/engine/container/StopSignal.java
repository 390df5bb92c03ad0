package dev.berth.engine.container;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Signals by the names images and CRI give them (signal(7), numbers of x86-64 and arm64). */
public final class StopSignal {
    public static final int SIGKILL = 9;
    static final int SIGTERM = 15;

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    /** Names by number, from 1. */
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private StopSignal() {}

    /** The number of {@code SIGTERM}, {@code TERM}, {@code 15}, {@code 015}, {@code SIGRTMIN+3} or CRI's {@code SIGNAL_SIGTERM}. */
    static OptionalInt parse(String text) {
        var name = text.toUpperCase(Locale.ROOT).replaceFirst("^SIGNAL_", "").replaceFirst("^SIG", "");
        if (name.matches("0*\\d{1,2}")) {
            return valid(Integer.parseInt(name));
        }
        if (name.matches("RTMIN(PLUS|\\+)?\\d{0,2}")) {
            return valid(RTMIN + offset(name));
        }
        if (name.matches("RTMAX(MINUS|-)?\\d{0,2}")) {
            return valid(RTMAX - offset(name));
        }
        int index = NAMES.indexOf(alias(name));
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index + 1);
    }

    private static int offset(String name) {
        var digits = name.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static OptionalInt valid(int number) {
        return number >= 1 && number <= RTMAX ? OptionalInt.of(number) : OptionalInt.empty();
    }

    private static String alias(String name) {
        return switch (name) {
            case "CLD" -> "CHLD";
            case "IOT" -> "ABRT";
            case "POLL" -> "IO";
            default -> name;
        };
    }

    /** The name CRI's Signal enumeration has for a number; 32 and 33, which libc keeps to itself, have none there. */
    static String criName(int number) {
        if (number <= NAMES.size()) {
            return "SIGNAL_SIG" + NAMES.get(number - 1);
        }
        if (number < RTMIN) {
            return "SIGNAL_RUNTIME_DEFAULT";
        }
        if (number == RTMIN || number == RTMAX) {
            return number == RTMIN ? "SIGNAL_SIGRTMIN" : "SIGNAL_SIGRTMAX";
        }
        int middle = (RTMIN + RTMAX) / 2;
        return number <= middle ? "SIGNAL_SIGRTMINPLUS" + (number - RTMIN) : "SIGNAL_SIGRTMAXMINUS" + (RTMAX - number);
    }
}
