package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** NAT through AF_PACKET in blocks, sent past traffic control. */
final class BlocksNatScenario implements ForwardingContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.nat("--port", "afpacket,rx=v3,qdisc=bypass").withoutOffloads();

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Override
  public long transferBytes() {
    return 8L << 20;
  }
}
