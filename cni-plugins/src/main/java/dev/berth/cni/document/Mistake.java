package dev.berth.cni.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with a JSON text, and where: one line, without the words of the library that reads it. */
final class Mistake {
    /** Where something else in the text is, as the library puts it. */
    private static final Pattern PLACE = Pattern.compile("\\[Source: [^]]*; line: (\\d+), column: (\\d+)]");
    /** Which of the library's settings a limit comes from. */
    private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");

    private Mistake() {}

    static String in(JsonProcessingException problem) {
        String why = PLACE.matcher(String.valueOf(problem.getOriginalMessage())).replaceAll("line $1, column $2");
        String line = SETTING.matcher(why).replaceAll("").replaceAll("\\s+", " ");
        var place = problem.getLocation();
        return place == null ? line : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": " + line;
    }
}
