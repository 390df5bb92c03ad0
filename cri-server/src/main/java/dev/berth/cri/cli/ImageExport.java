package dev.berth.cri.cli;

import dev.berth.cri.config.Configuration;
import dev.berth.cri.door.StoreChannel;
import dev.berth.image.archive.LayoutDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Writes images of the daemon's store into a file, a directory or the standard output. */
record ImageExport(Configuration configuration, String target, List<String> images) {
    static final String DESCRIPTION = "write images as an OCI layout that is a docker-archive too";

    ImageExport {
        images = List.copyOf(images);
    }

    static CommandSpec options(CommandSpec verb) {
        return verb.addOption(OptionSpec.builder("-o", "--output")
                        .paramLabel("FILE")
                        .type(String.class)
                        .required(true)
                        .description("where to; - is the standard output, a directory gets the layout's files")
                        .build())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("IMAGE")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity("1..*")
                        .required(true)
                        .description("names or ids")
                        .build());
    }

    static ImageExport of(ParseResult verb, Configuration configuration) {
        return new ImageExport(
                configuration, verb.matchedOptionValue("--output", "-"), verb.matchedPositionalValue(0, List.of()));
    }

    void run(PrintStream out) throws IOException {
        try (var channel = StoreChannel.open(configuration.listen());
                var archive = channel.export(images)) {
            var path = Path.of(target);
            if (target.equals("-")) {
                archive.transferTo(out);
                out.flush();
            } else if (Files.isDirectory(path)) {
                new LayoutDirectory(path).unpack(archive);
            } else {
                file(archive, path.toAbsolutePath());
            }
        }
    }

    /** Under another name until it is whole. */
    private static void file(InputStream archive, Path path) throws IOException {
        var partial = Files.createTempFile(path.getParent(), path.getFileName() + "-", ".part");
        try {
            Files.copy(archive, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
