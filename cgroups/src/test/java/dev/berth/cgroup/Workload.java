package dev.berth.cgroup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A real shell in a cgroup, which runs the command lines it is sent. */
public final class Workload implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private Workload(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    public static Workload in(Cgroup cgroup) throws IOException {
        var files = new ArrayList<>(cgroup.tasksFiles());
        cgroup.v2Directory().ifPresent(directory -> files.add(directory + "/cgroup.procs"));
        var workload = new Workload(
                new ProcessBuilder("/bin/sh").redirectErrorStream(true).start());
        for (String file : files) {
            List<String> answer = workload.run("echo 0 > " + file);
            if (!answer.equals(List.of("status 0"))) {
                workload.close();
                throw new IOException("attach to " + file + ": " + answer);
            }
        }
        return workload;
    }

    /** The lines the command printed, and at last {@code status N}. */
    public List<String> run(String command) throws IOException {
        process.outputWriter().write(command + "\necho \"status $?\"\n");
        process.outputWriter().flush();
        var lines = new ArrayList<String>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith("status ")) {
                break;
            }
        }
        return lines;
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        output.close();
    }
}
