package dev.berth.shim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** protocol.h, where the wire format's numbers are written down. */
public record ProtocolHeader(Map<String, Long> numbers, Map<String, Integer> frames, Map<String, StepFormat> steps) {
    private static final Pattern NUMBER = Pattern.compile("#define (\\w+) (-?\\d+|0x[0-9a-f]+)\\s*");
    private static final Pattern FRAME = Pattern.compile("\\s*X\\((\\d+), (\\w+)\\)[\\s\\\\]*");
    private static final Pattern STEP = Pattern.compile("\\s*X\\((\\d+), (\\w+), (\\w+), \"(\\w*)\"\\)[\\s\\\\]*");

    /** A step's opcode and its fields, a letter each. */
    public record StepFormat(int opcode, String fields) {}

    public static ProtocolHeader read() throws IOException {
        ProtocolHeader header = new ProtocolHeader(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        Files.readAllLines(Path.of("src/main/c/protocol.h")).forEach(header::add);
        return header;
    }

    private void add(String line) {
        var number = NUMBER.matcher(line);
        var frame = FRAME.matcher(line);
        var step = STEP.matcher(line);
        if (number.matches()) {
            numbers.put(number.group(1), Long.decode(number.group(2)));
        } else if (frame.matches()) {
            frames.put(frame.group(2), Integer.parseInt(frame.group(1)));
        } else if (step.matches()) {
            steps.put(step.group(2), new StepFormat(Integer.parseInt(step.group(1)), step.group(4)));
        }
    }
}
