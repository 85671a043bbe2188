package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Two workers share the frames, one scheduler's state all the same. */
final class TwoWorkersScenario implements ForwardingContract {
  @RegisterExtension
  static final LabExtension LAB = LabExtension.nat("--port", "packet", "--workers", "2");

  @Override
  public LabExtension lab() {
    return LAB;
  }
}
