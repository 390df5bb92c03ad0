package dev.berth.engine.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is wrong with a JSON or TOML text, and where: one line, without the words of the library that reads it. */
public final class Mistake {
    /** Where something else in the text is, as the library puts it. */
    private static final Pattern PLACE = Pattern.compile("\\[Source: [^]]*; line: (\\d+), column: (\\d+)]");
    /** Which of the library's settings a limit comes from. */
    private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");

    private Mistake() {}

    public static String in(JsonProcessingException problem) {
        return switch (problem) {
            case JsonMappingException around
            when around.getCause() instanceof JsonProcessingException cause -> in(cause);
            case UnrecognizedPropertyException unknown -> "unknown member " + member(unknown);
            case JsonMappingException value -> "the value of " + member(value) + " is not of the right type";
            default -> syntax(problem);
        };
    }

    private static String member(JsonMappingException problem) {
        return problem.getPath().isEmpty()
                ? "the whole"
                : problem.getPath().stream().map(Mistake::step).collect(Collectors.joining("."));
    }

    private static String step(JsonMappingException.Reference step) {
        return step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName();
    }

    private static String syntax(JsonProcessingException problem) {
        String why = PLACE.matcher(String.valueOf(problem.getOriginalMessage())).replaceAll("line $1, column $2");
        String line = SETTING.matcher(why).replaceAll("").replaceAll("\\s+", " ");
        var place = problem.getLocation();
        return place == null ? line : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": " + line;
    }
}
