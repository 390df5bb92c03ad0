package dev.berth.engine.request;

/** A pod's user namespace: which of the host's ids its users and groups from 0 on are. */
public record UserNamespace(Range uids, Range gids) {
    /** One past the greatest id; the greatest itself means no id. */
    private static final long IDS = 0xffff_ffffL;

    /** The ids from 0 on; {@code host} is what 0 is on the host. */
    public record Range(long host, long length) {
        public Range {
            if (host <= 0 || length <= 0 || host + length > IDS) {
                throw new IllegalArgumentException(
                        "a user namespace cannot have %d ids of the host from %d on".formatted(length, host));
            }
        }

        public boolean contains(long id) {
            return id >= 0 && id < length;
        }

        /** As {@code /proc/<pid>/uid_map} takes it. */
        public String map() {
            return "0 %d %d".formatted(host, length);
        }
    }
}
