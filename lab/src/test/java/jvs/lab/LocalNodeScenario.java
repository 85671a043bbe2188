package jvs.lab;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LocalNode with the VIPs on the host, two workers, and the strictest reverse path filter. */
final class LocalNodeScenario implements LocalNodeContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.of(LocalNodeLab::build, "--port", "packet", "--workers", "2");

  @BeforeAll
  static void addresses() {
    Host director = LAB.lab().director();
    director.address("eth0", Lab.alone(LocalNodeLab.vip(Family.IPV6)));
    director.sysctl("net.ipv4.conf.all.rp_filter", "1");
  }

  @Override
  public LabExtension lab() {
    return LAB;
  }
}
