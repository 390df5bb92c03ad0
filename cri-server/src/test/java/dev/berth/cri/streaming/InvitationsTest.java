package dev.berth.cri.streaming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.berth.engine.failure.EngineException;
import dev.berth.engine.failure.EngineException.Code;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tokens: who may come, how often, and how many may be outstanding. */
final class InvitationsTest {
    private final Invitations invitations = new Invitations();
    private final Invitation forward = new Invitation.PortForward("pod");

    @Test
    void aTokenIsGoodOnceAndForItsPathOnly() throws EngineException {
        var token = invitations.add(forward);
        assertEquals(Optional.empty(), invitations.take("exec", token));
        assertEquals(Optional.of(forward), invitations.take("portforward", token));
        assertEquals(Optional.empty(), invitations.take("portforward", token));
        assertNotEquals(token, invitations.add(forward));
    }

    @Test
    void tokensThatNobodyUsesAreBounded() throws EngineException {
        var first = invitations.add(forward);
        for (int more = 1; more < Invitations.LIMIT; more++) {
            invitations.add(forward);
        }
        var refused = assertThrows(EngineException.class, () -> invitations.add(forward));
        assertEquals(Code.RESOURCE_EXHAUSTED, refused.code());
        assertEquals(Optional.of(forward), invitations.take("portforward", first));
        assertNotEquals("", invitations.add(forward));
    }
}
