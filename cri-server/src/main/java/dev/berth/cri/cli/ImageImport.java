package dev.berth.cri.cli;

import dev.berth.cri.config.Configuration;
import dev.berth.cri.door.StoreChannel;
import dev.berth.image.archive.LayoutDirectory;
import dev.berth.image.archive.TarWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Brings images from a file, a directory or the standard input into the daemon's store. */
record ImageImport(Configuration configuration, String name, String source) {
    static final String DESCRIPTION = "take in images: an OCI layout (directory or tar) or a docker-archive";

    static CommandSpec options(CommandSpec verb) {
        return verb.addOption(OptionSpec.builder("--name")
                        .paramLabel("NAME")
                        .type(String.class)
                        .description("what to call the only image, or what stands before names that are tags alone")
                        .build())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("FILE")
                        .type(String.class)
                        .arity("1")
                        .required(true)
                        .description("the archive; - is the standard input")
                        .build());
    }

    static ImageImport of(ParseResult verb, Configuration configuration) {
        return new ImageImport(
                configuration, verb.matchedOptionValue("--name", ""), verb.matchedPositionalValue(0, "-"));
    }

    void run(PrintStream out) throws IOException {
        try (var channel = StoreChannel.open(configuration.listen())) {
            out.println(channel.importArchive(name, archive()));
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException("the import was interrupted").initCause(e);
        }
    }

    private TarWriter.Content archive() throws IOException {
        if (source.equals("-")) {
            return System.in::transferTo;
        }
        var path = Path.of(source);
        if (Files.isDirectory(path)) {
            return new LayoutDirectory(path)::pack;
        }
        if (!Files.isReadable(path)) {
            throw new NoSuchFileException(source, null, "no such file");
        }
        return out -> Files.copy(path, out);
    }
}
