package dev.berth.engine.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.engine.oci.InvalidSpecException;
import dev.berth.engine.request.UserInput;
import dev.berth.linux.mount.RootDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class ImageUsersTest {
    private static final List<String> WORDS =
            List.of("", "0", "1", "2", "3", "a", "b", "a,b", "b,,a", "/home", "-1", "é");

    @TempDir
    Path image;

    @BeforeEach
    void writeAccounts() throws IOException {
        Files.createDirectory(image.resolve("etc"));
        Files.writeString(image.resolve("etc/passwd"), """
                root:x:0:0:root:/root:/bin/sh
                broken:x:-1:0::/:/bin/sh
                wide:x:4294967296:0::/:/bin/sh
                nothing
                short:x:5
                noShell:x:6:1:n:/home/six
                www:x:33:34:web:/srv/www:/bin/false
                noHome:x:40:40::relative:/bin/false
                """);
        Files.writeString(image.resolve("etc/group"), """
                root:x:0:root
                wheel:x:10:other,root
                web:x:34:
                logs:x:35:www,other
                wide:x:4294967296:www
                three:x:8
                """);
    }

    @Test
    void anImageWithoutAUserRunsAsRootWithRootsGroups() throws Exception {
        assertEquals(new ResolvedUser(0, 0, List.of(0, 10), Optional.of("/root")), resolve(UserInput.UNSET, ""));
    }

    @Test
    void aNameTakesItsIdsAndGroupsFromTheDatabases() throws Exception {
        assertEquals(
                new ResolvedUser(33, 34, List.of(34, 35), Optional.of("/srv/www")), resolve(UserInput.UNSET, "www"));
        assertEquals(33, resolve(named("www"), "root").uid());
    }

    @Test
    void aNumberNeedsNoEntry() throws Exception {
        assertEquals(new ResolvedUser(1000, 0, List.of(0), Optional.empty()), resolve(UserInput.UNSET, "1000"));
        assertEquals(new ResolvedUser(1000, 50, List.of(50), Optional.empty()), resolve(UserInput.UNSET, "1000:50"));
        assertEquals(34, resolve(UserInput.UNSET, "1000:web").gid());
    }

    @Test
    void aFieldThatIsMissingIsEmpty() throws Exception {
        ResolvedUser six = new ResolvedUser(6, 1, List.of(1), Optional.of("/home/six"));
        assertEquals(six, resolve(UserInput.UNSET, "6"));
        assertEquals(six, resolve(UserInput.UNSET, "noShell"));
        assertEquals(new ResolvedUser(5, 0, List.of(0), Optional.empty()), resolve(UserInput.UNSET, "short"));
        assertEquals(8, resolve(UserInput.UNSET, "www:three").gid());
    }

    @Test
    void halfOfAUserIsTheDefault() throws Exception {
        assertEquals(34, resolve(UserInput.UNSET, "www:").gid());
        assertEquals(new ResolvedUser(1000, 0, List.of(0), Optional.empty()), resolve(UserInput.UNSET, "1000:"));
        assertEquals(
                new ResolvedUser(0, 1000, List.of(1000, 0, 10), Optional.of("/root")),
                resolve(UserInput.UNSET, ":1000"));
        assertEquals(resolve(UserInput.UNSET, ""), resolve(UserInput.UNSET, ":"));
    }

    @Test
    void aLineOrAFileMayBeOfAnyLength() throws Exception {
        String many = IntStream.range(0, 400_000).mapToObj(n -> "member" + n).collect(Collectors.joining(","));
        Files.writeString(
                image.resolve("etc/group"),
                "crowd:x:70:" + many + ",www,last\n" + many + ":x:71:www\nafter:x:72:www",
                StandardOpenOption.APPEND);
        assertEquals(
                List.of(34, 35, 70, 71, 72), resolve(UserInput.UNSET, "www").groups());
        assertEquals(72, resolve(UserInput.UNSET, "0:after").gid());
    }

    @Test
    void nobodyIsInMoreGroupsThanTheKernelTakes() throws Exception {
        String lines = IntStream.range(0, 65536)
                .mapToObj(n -> "g:x:" + (n + 100) + ":www\n")
                .collect(Collectors.joining());
        Files.writeString(image.resolve("etc/group"), lines);
        assertThrows(InvalidSpecException.class, () -> resolve(UserInput.UNSET, "www"));
    }

    /** Against a reading that holds whole lines in memory. */
    @Test
    void anyFilesAreReadAsTheirManualPagesSay() throws Exception {
        Random random = new Random(20261127);
        for (int round = 0; round < 2000; round++) {
            String passwd = lines(random, 7);
            String group = lines(random, 4);
            Files.writeString(image.resolve("etc/passwd"), passwd);
            Files.writeString(image.resolve("etc/group"), group);
            for (int uid = 0; uid < 4; uid++) {
                int wanted = uid;
                assertEquals(
                        Oracle.resolve(passwd, group, uid),
                        resolve(UserInput.UNSET, Integer.toString(uid)),
                        () -> wanted + " in\n" + passwd + "and\n" + group);
            }
        }
    }

    private static String lines(Random random, int fields) {
        StringBuilder text = new StringBuilder();
        for (int line = random.nextInt(6); line > 0; line--) {
            int count = 1 + random.nextInt(fields + 1);
            for (int field = 0; field < count; field++) {
                text.append(field == 0 ? "" : ":").append(WORDS.get(random.nextInt(WORDS.size())));
            }
            text.append(line == 1 && random.nextBoolean() ? "" : "\n");
        }
        return text.toString();
    }

    private record Oracle(List<String> fields) {
        static List<Oracle> of(String file) {
            return file.lines()
                    .map(line -> new Oracle(List.of(line.split(":", -1))))
                    .toList();
        }

        String field(int index) {
            return index < fields.size() ? fields.get(index) : "";
        }

        boolean number(int index) {
            return field(index).matches("[0-9]+");
        }

        static ResolvedUser resolve(String passwd, String group, int uid) {
            Optional<Oracle> user = of(passwd).stream()
                    .filter(line ->
                            line.number(2) && (line.number(3) || line.field(3).isEmpty()))
                    .filter(line -> Integer.parseInt(line.field(2)) == uid)
                    .findFirst();
            int gid = user.filter(line -> line.number(3))
                    .map(line -> Integer.parseInt(line.field(3)))
                    .orElse(0);
            String name = user.map(line -> line.field(0)).orElse("");
            Set<Integer> groups = new LinkedHashSet<>(List.of(gid));
            of(group).stream()
                    .filter(line -> line.number(2) && !name.isEmpty())
                    .filter(line -> List.of(line.field(3).split(",", -1)).contains(name))
                    .forEach(line -> groups.add(Integer.parseInt(line.field(2))));
            return new ResolvedUser(
                    uid,
                    gid,
                    List.copyOf(groups),
                    user.map(line -> line.field(5)).filter(home -> home.startsWith("/")));
        }
    }

    @Test
    void theRequestBeatsTheImage() throws Exception {
        ResolvedUser user = resolve(ids(33, 7), "root:wheel");
        assertEquals(new ResolvedUser(33, 7, List.of(7, 35), Optional.of("/srv/www")), user);
    }

    @Test
    void strictGroupsLeaveTheImagesOut() throws Exception {
        UserInput merge = new UserInput(OptionalLong.of(33), OptionalLong.empty(), "", List.of(99L, 35L), false);
        UserInput strict = new UserInput(OptionalLong.of(33), OptionalLong.empty(), "", List.of(99L, 35L), true);
        assertEquals(List.of(34, 35, 99), resolve(merge, "").groups());
        assertEquals(List.of(34, 99, 35), resolve(strict, "").groups());
    }

    @Test
    void aRelativeHomeIsNone() throws Exception {
        assertEquals(Optional.empty(), resolve(named("noHome"), "").home());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+0",
                "-1",
                "0:+0",
                " 0",
                "0 ",
                "root ",
                "ro ot",
                "0:0:0",
                "www:0:0",
                "0\n",
                "2147483648",
                "4294967296:0",
                "0:4294967296",
                "99999999999999999999",
                "nobody",
                "root:nobody",
                "broken",
                "wide",
                "www:wide",
                "nothing",
                "0x0",
                "٣"
            })
    void aUserThatIsNotExactlyOneIsRefused(String user) {
        assertThrows(InvalidSpecException.class, () -> resolve(UserInput.UNSET, user));
    }

    @Test
    void idsOutOfRangeNeverWrap() {
        for (long id : List.of(-1L, 1L << 31, 1L << 32, Long.MAX_VALUE)) {
            assertThrows(InvalidSpecException.class, () -> resolve(ids(id, 0), ""));
            assertThrows(InvalidSpecException.class, () -> resolve(ids(0, id), ""));
            UserInput groups = new UserInput(OptionalLong.of(0), OptionalLong.empty(), "", List.of(id), false);
            assertThrows(InvalidSpecException.class, () -> resolve(groups, ""));
        }
    }

    @Test
    void aGroupWithoutAUserIsRefused() {
        UserInput group = new UserInput(OptionalLong.empty(), OptionalLong.of(5), "", List.of(), false);
        assertThrows(InvalidSpecException.class, () -> resolve(group, "www"));
    }

    @Test
    void anImageWithoutDatabasesStillHasNumbers() throws Exception {
        Files.delete(image.resolve("etc/passwd"));
        Files.delete(image.resolve("etc/group"));
        assertEquals(new ResolvedUser(5, 6, List.of(6), Optional.empty()), resolve(UserInput.UNSET, "5:6"));
        assertThrows(InvalidSpecException.class, () -> resolve(UserInput.UNSET, "root"));
    }

    @Test
    void aHostileDatabaseIsRefused() throws Exception {
        Path passwd = image.resolve("etc/passwd");
        Files.delete(passwd);
        run("mkfifo", passwd.toString());
        assertThrows(IOException.class, () -> resolve(UserInput.UNSET, "0"));
        Files.delete(passwd);
        run("mknod", passwd.toString(), "c", "1", "5");
        assertThrows(IOException.class, () -> resolve(UserInput.UNSET, "0"));
        Files.delete(passwd);
        try (RandomAccessFile huge = new RandomAccessFile(passwd.toFile(), "rw")) {
            huge.setLength((64 << 20) + 1);
        }
        assertThrows(IOException.class, () -> resolve(UserInput.UNSET, "0"));
    }

    @Test
    void aLinkOutOfTheImageLeadsNowhere() throws Exception {
        Files.delete(image.resolve("etc/passwd"));
        Files.createSymbolicLink(image.resolve("etc/passwd"), Path.of("/etc/shadow"));
        assertEquals(Optional.empty(), resolve(UserInput.UNSET, "0").home());
        Files.delete(image.resolve("etc/passwd"));
        Files.createSymbolicLink(image.resolve("etc/passwd"), Path.of("../../../../etc/passwd"));
        assertThrows(IOException.class, () -> resolve(UserInput.UNSET, "0"));
    }

    private ResolvedUser resolve(UserInput input, String imageUser) throws InvalidSpecException, IOException {
        try (RootDirectory root = RootDirectory.at(image)) {
            return ImageUsers.of(root).resolve(input, imageUser);
        }
    }

    private static UserInput ids(long uid, long gid) {
        return new UserInput(OptionalLong.of(uid), OptionalLong.of(gid), "", List.of(), false);
    }

    private static UserInput named(String name) {
        return new UserInput(OptionalLong.empty(), OptionalLong.empty(), name, List.of(), false);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }
}
