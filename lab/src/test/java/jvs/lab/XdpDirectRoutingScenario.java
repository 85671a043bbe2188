package jvs.lab;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Direct routing through AF_XDP in the driver, on two queues; the ends finish their frames. */
final class XdpDirectRoutingScenario implements ForwardingContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.of(XdpDirectRoutingScenario::build, "--port", "afxdp,mode=native")
          .withoutOffloads();

  private static Lab build(Transcript transcript) {
    Lab lab = DirectRoutingLab.build(transcript);
    Host lan = lab.topology().find("switch");
    // The sender's queue is the receiver's.
    lan.run(channels("director"));
    lab.director().run(channels("eth0"));
    return lab;
  }

  private static String[] channels(String device) {
    return List.of("ethtool", "-L", device, "rx", "2", "tx", "2").toArray(String[]::new);
  }

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
    return "AF_XDP (eth0 native, 2 queues)";
  }
}
