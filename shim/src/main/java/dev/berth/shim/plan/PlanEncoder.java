package dev.berth.shim.plan;

/** A launch plan in the shim's wire format (shim/PROTOCOL.md). */
public final class PlanEncoder {
    private final WireBuffer out;

    private PlanEncoder(WireBuffer out) {
        this.out = out;
    }

    public static void encode(LaunchPlan plan, int descriptorCount, WireBuffer out) {
        out.number64(plan.cloneFlags())
                .string(plan.cgroup2().orElse(""))
                .number32(descriptorCount)
                .number32(plan.steps().size());
        PlanEncoder encoder = new PlanEncoder(out);
        plan.steps().forEach(encoder::step);
    }

    /** One line for each step; the order of its fields is the wire's. */
    private void step(Step step) {
        switch (step) {
            case Step.AttachCgroup(var tasksFile) -> begin(Opcode.ATTACH_CGROUP).string(tasksFile);
            case Step.EnterNamespaces(var index, var flags) ->
                begin(Opcode.ENTER_NAMESPACES).number32(index).number64(flags);
            case Step.Unshare(var flags) -> begin(Opcode.UNSHARE).number64(flags);
            case Step.OpenTree(var slot, var path, var recursive) ->
                begin(Opcode.OPEN_TREE).number32(slot).string(path).flag(recursive);
            case Step.CreateMount mount -> createMount(mount);
            case Step.Root(var slot) -> begin(Opcode.ROOT).number32(slot);
            case Step.AttachMount mount -> attachMount(mount);
            case Step.MakeDirectory(var path, var mode, var uid, var gid) ->
                begin(Opcode.MAKE_DIRECTORY)
                        .string(path)
                        .number32(mode)
                        .number32(uid)
                        .number32(gid);
            case Step.MakeNode node -> makeNode(node);
            case Step.MakeSymlink(var target, var path) ->
                begin(Opcode.MAKE_SYMLINK).string(target).string(path);
            case Step.Mask(var path) -> begin(Opcode.MASK).string(path);
            case Step.ReadOnly(var path) -> begin(Opcode.READ_ONLY).string(path);
            case Step.PivotRoot(var readOnly) -> begin(Opcode.PIVOT_ROOT).flag(readOnly);
            case Step.Sysctl(var name, var value) ->
                begin(Opcode.SYSCTL).string(name).string(value);
            case Step.Hostname(var name) -> begin(Opcode.HOSTNAME).string(name);
            case Step.LoopbackUp() -> begin(Opcode.LOOPBACK_UP);
            case Step.ResourceLimit(var resource, var soft, var hard, var tolerated) ->
                begin(Opcode.RESOURCE_LIMIT)
                        .number32(resource)
                        .number64(soft)
                        .number64(hard)
                        .flag(tolerated);
            case Step.OomScoreAdj(var value, var tolerated) ->
                begin(Opcode.OOM_SCORE_ADJ).number32(value).flag(tolerated);
            case Step.Umask(var mask) -> begin(Opcode.UMASK).number32(mask);
            case Step.Session() -> begin(Opcode.SESSION);
            case Step.NoNewPrivileges() -> begin(Opcode.NO_NEW_PRIVILEGES);
            case Step.Seccomp(var program, var flags) ->
                begin(Opcode.SECCOMP).bytes(program).number64(flags);
            case Step.BoundingCapabilities(var bits) ->
                begin(Opcode.BOUNDING_CAPABILITIES).number64(bits);
            case Step.Credentials credentials -> credentials(credentials);
            case Step.AppArmor(var profile) -> begin(Opcode.APP_ARMOR).string(profile);
            case Step.SelinuxLabel(var label) -> begin(Opcode.SELINUX_LABEL).string(label);
            case Step.WorkingDirectory(var path, var create) ->
                begin(Opcode.WORKING_DIRECTORY).string(path).flag(create);
            case Step.Subtree(var slot, var path) ->
                begin(Opcode.SUBTREE).number32(slot).string(path);
            case Step.UserNamespace(var uidMap, var gidMap) ->
                begin(Opcode.USER_NAMESPACE).string(uidMap).string(gidMap);
            case Step.MapIds(var slot, var index) ->
                begin(Opcode.MAP_IDS).number32(slot).number32(index);
            case Step.SetAttributes(var slot, var set, var clear, var recursive) ->
                begin(Opcode.SET_ATTRIBUTES)
                        .number32(slot)
                        .number64(set)
                        .number64(clear)
                        .flag(recursive);
            case Step.LockFlags(var slots, var index) ->
                begin(Opcode.LOCK_FLAGS).numbers(slots).number32(index);
            case Step.StreamOwner(var uid) -> begin(Opcode.STREAM_OWNER).number32(uid);
            case Step.RuntimeCall(var program, var verb, var id, var call, var process) ->
                begin(Opcode.RUNTIME_CALL)
                        .strings(program)
                        .strings(verb)
                        .string(id)
                        .string(call)
                        .bytes(process);
            case Step.Exec(var arguments, var environment) ->
                begin(Opcode.EXEC).strings(arguments).strings(environment);
        }
    }

    private WireBuffer begin(Opcode opcode) {
        return out.octet(opcode.code());
    }

    private void createMount(Step.CreateMount mount) {
        begin(Opcode.CREATE_MOUNT)
                .number32(mount.slot())
                .string(mount.fsType())
                .string(mount.source())
                .strings(mount.options().stream().map(Bytes::utf8).toList())
                .number64(mount.attributes());
    }

    private void attachMount(Step.AttachMount mount) {
        begin(Opcode.ATTACH_MOUNT)
                .number32(mount.slot())
                .string(mount.inRoot())
                .number64(mount.setAttributes())
                .number64(mount.clearAttributes())
                .flag(mount.recursive())
                .number64(mount.propagation());
    }

    private void makeNode(Step.MakeNode node) {
        begin(Opcode.MAKE_NODE)
                .string(node.inRoot())
                .number32(node.type())
                .number32(node.mode())
                .number32(node.major())
                .number32(node.minor())
                .number32(node.uid())
                .number32(node.gid());
    }

    private void credentials(Step.Credentials credentials) {
        begin(Opcode.CREDENTIALS)
                .number32(credentials.uid())
                .number32(credentials.gid())
                .numbers(credentials.groups())
                .number64(credentials.permitted())
                .number64(credentials.effective())
                .number64(credentials.inheritable())
                .number64(credentials.ambient());
    }
}
