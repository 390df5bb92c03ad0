package dev.berth.cri.cli;

import dev.berth.cri.config.Configuration;
import dev.berth.cri.door.StoreChannel;
import dev.berth.image.ImageStore;
import dev.berth.image.StoreSettings;
import dev.berth.image.check.Fault;
import dev.berth.image.contents.Depth;
import dev.berth.image.registry.Registries;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Checks the image store: through the daemon if one runs, otherwise by itself. Exit status 1 means that there were faults. */
record Fsck(Configuration configuration, boolean deep, boolean repair) {
    static final String DESCRIPTION = "compare the image store with what was written down of it, and name each fault";

    static CommandSpec options(CommandSpec verb) {
        return verb.addOption(OptionSpec.builder("--deep")
                        .description(
                                "read the content of every file, not only of those changed after they were unpacked")
                        .build())
                .addOption(OptionSpec.builder("--repair")
                        .description("take what is damaged out of use, so that the next pull brings it again")
                        .build());
    }

    static Fsck of(ParseResult verb, Configuration configuration) {
        return new Fsck(configuration, verb.hasMatchedOption("--deep"), verb.hasMatchedOption("--repair"));
    }

    int run(PrintStream out) throws IOException {
        var counted = new Counted(out);
        try (var channel = StoreChannel.open(configuration.listen())) {
            channel.check(deep, repair, counted);
        } catch (StatusRuntimeException e) {
            // a daemon that dies on the way has told of faults already, which a second look would tell again
            if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || counted.count > 0) {
                throw e;
            }
            withoutDaemon(counted);
        }
        out.println(counted.count == 0 ? "no faults" : counted.count + " faults");
        return counted.count == 0 ? 0 : 1;
    }

    private void withoutDaemon(Consumer<Fault> faults) throws IOException {
        var depth = deep ? Depth.CONTENT : Depth.ATTRIBUTES;
        try {
            if (!repair) {
                ImageStore.inspect(configuration.root(), depth, faults);
                return;
            }
            var registries = new Registries(configuration.registry().configPath());
            try (var store = ImageStore.open(configuration.root(), registries, StoreSettings.DEFAULT)) {
                store.leasesUncertain(); // containers may run whose daemon does not
                store.check(depth, true, faults);
            }
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException("the check was interrupted").initCause(e);
        }
    }

    private static final class Counted implements Consumer<Fault> {
        private final PrintStream out;
        private int count;

        Counted(PrintStream out) {
            this.out = out;
        }

        @Override
        public void accept(Fault fault) {
            count++;
            out.println(fault);
        }
    }
}
