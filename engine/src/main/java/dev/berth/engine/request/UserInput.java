package dev.berth.engine.request;

import java.util.List;
import java.util.OptionalLong;

/** The user asked for. Ids are as wide as CRI's, so that a value out of range is refused and never wrapped. */
public record UserInput(
        OptionalLong runAsUser,
        OptionalLong runAsGroup,
        String runAsUsername,
        List<Long> supplementalGroups,
        boolean strictGroups) {
    public static final UserInput UNSET =
            new UserInput(OptionalLong.empty(), OptionalLong.empty(), "", List.of(), false);

    public UserInput {
        supplementalGroups = List.copyOf(supplementalGroups);
    }
}
