package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Direct routing through libpcap; the ends finish their frames themselves. */
final class PcapDirectRoutingScenario implements ForwardingContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.directRouting("--port", "pcap");

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Override
  public long transferBytes() {
    return 8L << 20;
  }

  @Override
  public String portName() {
    return "pcap";
  }
}
