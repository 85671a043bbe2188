package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * FULLNAT to servers that have no route to the client; by two workers, so that replies must be
 * steered to the one that owns the local port.
 */
final class FullNatScenario implements ForwardingContract {
  @RegisterExtension
  static final LabExtension LAB = LabExtension.fullNat("--port", "packet", "--workers", "2");

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Test
  void theServerSeesTheLocalAddress() {
    LAB.httpRules();

    assertEquals(LAB.lab().peerAddress(), LAB.curl("/peer"));
  }
}
