package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** LocalNode with VIPs that no kernel has: programs answer from them all the same. */
final class OwnVipsLocalNodeScenario implements LocalNodeContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.of(LocalNodeLab::build, "--port", "packet", "--own-vips").withoutVip();

  @Override
  public LabExtension lab() {
    return LAB;
  }
}
