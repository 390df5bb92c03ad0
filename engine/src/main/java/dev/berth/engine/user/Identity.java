package dev.berth.engine.user;

import dev.berth.engine.oci.InvalidSpecException;

/** A user or group as it was written: a number, or a name to look up. */
sealed interface Identity {
    /** A user name is copied into messages and compared with each line of a file: no longer than useradd allows. */
    int MAX_NAME = 256;

    record Numeric(int id) implements Identity {}

    record Named(String name) implements Identity {}

    /** Strict: digits alone are a decimal number that must fit; nothing is trimmed, signed or guessed. */
    static Identity parse(String what, String text) throws InvalidSpecException {
        if (text.isEmpty()) {
            throw new InvalidSpecException(what + " is empty");
        }
        return text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? new Numeric(number(what, text))
                : new Named(name(what, text));
    }

    static int inRange(String what, long id) throws InvalidSpecException {
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw new InvalidSpecException(what + " " + id + " is not within 0.." + Integer.MAX_VALUE);
        }
        return (int) id;
    }

    private static int number(String what, String digits) throws InvalidSpecException {
        try {
            return inRange(what, Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw new InvalidSpecException(what + " is not within 0.." + Integer.MAX_VALUE, e);
        }
    }

    private static String name(String what, String text) throws InvalidSpecException {
        boolean odd = text.chars().anyMatch(c -> c <= ' ' || c == ':' || c == 0x7f);
        if (odd || text.startsWith("+") || text.startsWith("-") || text.length() > MAX_NAME) {
            throw new InvalidSpecException(what + " is neither a number nor a valid name");
        }
        return text;
    }
}
