package dev.berth.shim.plan;

import java.util.List;

/** One step of every kind, with fields that differ from each other. */
public final class Samples {
    public static final List<Step> STEPS = List.of(
            new Step.AttachCgroup("/sys/fs/cgroup/memory/a/tasks"),
            new Step.EnterNamespaces(1, 0x60000000L),
            new Step.Unshare(0x02020000L),
            new Step.OpenTree(0, "/host/path", true),
            new Step.CreateMount(1, "overlay", "overlay", List.of("lowerdir+=/l0", "volatile"), 6),
            new Step.Root(1),
            new Step.AttachMount(0, "/etc/hosts", 1, 2, true, 1 << 18),
            new Step.MakeDirectory("/run/a", 0750, 10, 11),
            new Step.MakeNode("/dev/null", 0020000, 0666, 1, 3, 12, 13),
            new Step.MakeSymlink("/proc/self/fd", "/dev/fd"),
            new Step.Mask("/proc/kcore"),
            new Step.ReadOnly("/proc/sys"),
            new Step.PivotRoot(true),
            new Step.Sysctl("net.ipv4.ip_forward", "1"),
            new Step.Hostname("pod"),
            new Step.LoopbackUp(),
            new Step.ResourceLimit(7, 1024, -1, true),
            new Step.OomScoreAdj(-997, true),
            new Step.Umask(027),
            new Step.Session(),
            new Step.NoNewPrivileges(),
            new Step.Seccomp(Bytes.of(new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f}), 2),
            new Step.BoundingCapabilities(0xa80425fbL),
            new Step.Credentials(1000, 1001, List.of(1002, 1003), 1, 2, 4, 8),
            new Step.AppArmor("berth-default"),
            new Step.SelinuxLabel("system_u:system_r:container_t:s0"),
            new Step.WorkingDirectory("/srv", true),
            new Step.Subtree(0, "models/latest"),
            new Step.UserNamespace("0 65536 65536", "0 131072 1000"),
            new Step.MapIds(1, 0),
            new Step.StreamOwner(65537),
            new Step.SetAttributes(1, 1, 2, true),
            new Step.LockFlags(List.of(1, 0), 1),
            new Step.Exec(List.of(Bytes.utf8("/bin/sh"), Bytes.utf8("")), List.of(Bytes.utf8("PATH=/bin"))));

    /** Like Exec, this can only be the last of a plan. */
    public static final Step CALL = new Step.RuntimeCall(
            List.of(Bytes.utf8("/usr/bin/crun"), Bytes.utf8("--root"), Bytes.utf8("/run/berth/runtimes/crun")),
            List.of(Bytes.utf8("exec"), Bytes.utf8("--detach")),
            "c0ffee",
            "/run/berth/runtimes/c0ffee",
            Bytes.utf8("{}"));

    private Samples() {}
}
