package dev.berth.e2e.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.cri.api.ContainerConfig;
import dev.berth.cri.api.ContainerState;
import dev.berth.cri.api.ContainerStatusRequest;
import dev.berth.cri.api.ImageSpec;
import dev.berth.cri.api.LinuxPodSandboxConfig;
import dev.berth.cri.api.ListContainerStatsRequest;
import dev.berth.cri.api.ListContainersRequest;
import dev.berth.cri.api.ListPodSandboxRequest;
import dev.berth.cri.api.PodSandboxConfig;
import dev.berth.cri.api.PodSandboxMetadata;
import dev.berth.cri.api.PullImageRequest;
import dev.berth.cri.api.RemoveImageRequest;
import dev.berth.cri.api.VersionRequest;
import dev.berth.e2e.CriClient;
import dev.berth.e2e.Pod;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One method for each verb; what it prints is close to what crictl prints. */
record Verbs(CriClient client, PrintStream out) {
    private static final ObjectMapper JSON = new ObjectMapper();

    void version() {
        var version = client.pods().version(VersionRequest.getDefaultInstance());
        out.printf("%s %s%n", version.getRuntimeName(), version.getRuntimeVersion());
    }

    void pull(String image) {
        var request = PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(image))
                .build();
        out.println(
                "Image is up to date for " + client.images().pullImage(request).getImageRef());
    }

    void runPod(String config) throws IOException {
        out.println(Pod.run(client, pod(JSON.readTree(config))).id());
    }

    void create(String pod, String container, String config) throws IOException {
        var sandbox = new Pod(client, pod(JSON.readTree(config)), pod);
        out.println(sandbox.create(container(JSON.readTree(container))));
    }

    private static PodSandboxConfig pod(JsonNode config) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(config.at("/metadata/name").asText())
                        .setNamespace(config.at("/metadata/namespace").asText())
                        .setUid(config.at("/metadata/uid").asText()))
                .setHostname(config.at("/hostname").asText())
                .setLogDirectory(config.at("/log_directory").asText())
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(config.at("/linux/cgroup_parent").asText()))
                .build();
    }

    private static ContainerConfig container(JsonNode config) {
        var command = new ArrayList<String>();
        config.at("/command").forEach(word -> command.add(word.asText()));
        var name = config.at("/metadata/name").asText();
        return Pod.container(name, config.at("/image/image").asText(), command).toBuilder()
                .setLogPath(config.at("/log_path").asText())
                .build();
    }

    private Pod existing(String pod) {
        return new Pod(client, PodSandboxConfig.getDefaultInstance(), pod);
    }

    void start(String container) {
        existing("").start(container);
        out.println(container);
    }

    void containers() {
        for (var container : client.pods()
                .listContainers(ListContainersRequest.getDefaultInstance())
                .getContainersList()) {
            if (container.getState() == ContainerState.CONTAINER_RUNNING) {
                out.printf(
                        "%.13s  %s  Running%n",
                        container.getId(), container.getMetadata().getName());
            }
        }
    }

    void inspectPod(String pod) throws IOException {
        var status = existing(pod).status();
        var document = JSON.createObjectNode();
        document.putObject("status")
                .put("id", status.getId())
                .put("state", status.getState().name())
                .putObject("network")
                .put("ip", status.getNetwork().getIp());
        out.println(JSON.writeValueAsString(document));
    }

    /** The text of each line, without the time, the stream and the mark of a full line. */
    void logs(String container) throws IOException {
        var request =
                ContainerStatusRequest.newBuilder().setContainerId(container).build();
        var path = client.pods().containerStatus(request).getStatus().getLogPath();
        for (var line : Files.readAllLines(Path.of(path))) {
            out.println(line.split(" ", 4)[3]);
        }
    }

    int exec(String container, List<String> command) throws IOException {
        var ended = existing("").exec(container, command.toArray(String[]::new));
        ended.getStdout().writeTo(out);
        ended.getStderr().writeTo(System.err);
        return ended.getExitCode();
    }

    void stats() {
        for (var stats : client.pods()
                .listContainerStats(ListContainerStatsRequest.getDefaultInstance())
                .getStatsList()) {
            out.printf(
                    "%s  %d ms of CPU time, %d KiB of memory%n",
                    stats.getAttributes().getMetadata().getName(),
                    stats.getCpu().getUsageCoreNanoSeconds().getValue() / 1_000_000,
                    stats.getMemory().getWorkingSetBytes().getValue() / 1024);
        }
    }

    void stop(String container, long seconds) {
        existing("").stop(container, seconds);
        out.println(container);
    }

    void remove(String container) {
        existing("").remove(container);
        out.println(container);
    }

    void stopPod(String pod) {
        existing(pod).stop();
        out.println("Stopped sandbox " + pod);
    }

    /** The pods named; with {@code --all}, every one. */
    void removePods(List<String> words) {
        for (var pod : words.contains("--all") ? pods() : words) {
            existing(pod).stop();
            existing(pod).remove();
            out.println("Removed sandbox " + pod);
        }
    }

    private List<String> pods() {
        return client.pods().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList().stream()
                .map(dev.berth.cri.api.PodSandbox::getId)
                .collect(Collectors.toList());
    }

    void removeImage(String image) {
        client.images()
                .removeImage(RemoveImageRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(image))
                        .build());
        out.println("Deleted: " + image);
    }
}
