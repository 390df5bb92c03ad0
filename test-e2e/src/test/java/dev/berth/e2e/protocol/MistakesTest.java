package dev.berth.e2e.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.berth.e2e.Checkout;
import dev.berth.e2e.Command;
import dev.berth.e2e.Marks;
import dev.berth.e2e.OnePod;
import dev.berth.e2e.Registry;
import dev.berth.e2e.SharedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody is told who configures or starts the daemon wrongly: one line that names the file, the key and the value. */
@ExtendWith(SharedRegistry.class)
final class MistakesTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    private Path folder;

    private Path config;
    private String places;

    @BeforeEach
    void configure() throws IOException {
        config = folder.resolve("config.toml");
        places = "root = \"%1$s/root\"\nstate = \"%1$s/state\"\nlisten = \"unix://%1$s/b.sock\"\n".formatted(folder);
        Files.writeString(config, places);
    }

    private void refused(int status, String said, String... options) throws IOException, InterruptedException {
        var words = new String[options.length + 3];
        words[0] = Checkout.current().berthd().toString();
        words[1] = "--config";
        words[2] = config.toString();
        System.arraycopy(options, 0, words, 3, options.length);
        var ended = Command.run(words);
        assertEquals(status, ended.status(), ended.errors());
        var told = ended.errors().strip();
        assertTrue(told.contains(said), told);
        assertEquals(1, told.lines().filter(line -> line.startsWith("berthd: ")).count(), told);
        assertFalse(told.contains("Exception") || told.contains("\tat "), told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[cni]\\nbin_dir = []| unknown key \"cni.bin_dir\"; did you mean \"cni.bin_dirs\"?",
                "[cni]\\nready_namespaces = -1| \"cni.ready_namespaces\" must be a number from 0 to 1024, not -1",
                "log_level = \"loud\"| \"log_level\" must be one of error, warn, info, debug, not \"loud\"",
                "[cni|line 1, column 5: ",
            })
    void aDropInIsBlamedItself(String text, String said) throws IOException, InterruptedException {
        var dropIn = Files.createDirectory(folder.resolve("conf.d")).resolve("10.toml");
        Files.writeString(dropIn, text.replace("\\n", "\n"));
        refused(64, dropIn + ": " + said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "default_subnets = [\"10.1.0.1/16\"]|10.1.0.1/16",
                "default_subnets = [\"fish\"]|fish",
                "default_bridge = \"a name that is too long\"|a name that is too long",
            })
    void whatTheStartRefusesTheCheckDoesToo(String text, String said) throws IOException, InterruptedException {
        Files.writeString(config, places + "[cni]\n" + text + "\n");
        refused(64, said, "--check-config");
        refused(64, said);
    }

    @Test
    void aFileThatIsNoText() throws IOException, InterruptedException {
        Files.write(config, new byte[] {'#', (byte) 0xff, (byte) 0xfe});
        refused(64, config + ": is not UTF-8 text");
    }

    @Test
    void aDirectoryThatIsAFile() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("root"), "");
        refused(1, "root = \"" + folder.resolve("root") + "\": the directory cannot be made");
    }

    @ParameterizedTest
    @CsvSource({"metrics", "streaming"})
    void aPortThatIsTaken(String table) throws IOException, InterruptedException {
        try (var taken = new ServerSocket(0, 1, LOOPBACK)) {
            var address = "127.0.0.1:" + taken.getLocalPort();
            Files.writeString(config, places + "[" + table + "]\nlisten = \"" + address + "\"\n");
            refused(1, "[" + table + "] listen = \"" + address + "\": ");
        }
    }

    @Test
    void aSocketsPathThatIsSomethingElse() throws IOException, InterruptedException {
        var file = Files.writeString(folder.resolve("b.sock"), "precious");
        refused(1, "listen = \"unix://" + file + "\": there is something else than a socket");
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void aSecondDaemonOnTheSameSocketOrState(@TempDir Path other, Registry registry)
            throws IOException, InterruptedException, TimeoutException {
        var node = OnePod.run(other, registry);
        try {
            var socket = node.subject().runtime().socket();
            Files.writeString(config, places.replace(folder + "/b.sock", socket.toString()));
            refused(1, "listen = \"unix://" + socket + "\": another process listens there");
            Files.writeString(config, places.replace(folder + "/state", other + "/state"));
            refused(1, "another berthd runs on the state directory " + other + "/state");
            assertTrue(node.subject().client().answers());
        } finally {
            node.end();
        }
        assertEquals(Marks.of(other), node.subject().marks());
    }
}
