package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** FULLNAT by two workers on AF_XDP: replies go by their port to the worker that has it. */
final class XdpFullNatScenario implements ForwardingContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.fullNat("--port", "afxdp", "--workers", "2").withoutOffloads();

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
    return "AF_XDP (eth0 skb mode, 1 queue; eth1 skb mode, 1 queue)";
  }
}
