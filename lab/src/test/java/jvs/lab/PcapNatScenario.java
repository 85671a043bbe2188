package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** NAT through libpcap; the ends finish their frames themselves. */
final class PcapNatScenario implements ForwardingContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.nat("--port", "pcap");

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
