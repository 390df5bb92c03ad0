package dev.berth.image.check;

/**
 * Something in a store that is not as it should be, a line to be shown.
 *
 * @param subject what it is about: an image record, a document, a layer
 * @param problem what was found
 * @param remedy what was done, or is to be done
 */
public record Fault(String subject, String problem, String remedy) {
    @Override
    public String toString() {
        return subject + ": " + problem + "; " + remedy;
    }
}
