package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two workers on AF_XDP and one queue, so that one of them keeps its rings for both; the offloads
 * of the ends are on, so that the same flows come by packet sockets, too.
 */
final class XdpTwoWorkersScenario implements XdpWorkersContract {
  @RegisterExtension
  static final LabExtension LAB = LabExtension.nat("--port", "afxdp", "--workers", "2");

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Override
  public String portName() {
    return "AF_XDP (eth0 skb mode, 1 queue; eth1 skb mode, 1 queue)";
  }
}
