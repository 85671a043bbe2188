package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Two workers on AF_XDP in the driver, four queues on one side and two on the other. */
final class XdpFourQueuesScenario implements XdpWorkersContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.of(XdpFourQueuesScenario::build, "--port", "afxdp,mode=native", "--workers", "2")
          .withoutOffloads();

  private static Lab build(Transcript transcript) {
    Lab lab = NatLab.build(transcript);
    Host router = lab.topology().find("router");
    Host director = lab.director();
    // A veth of its own accord has no more queues than the machine has processors.
    director.ip("link", "delete", "eth0");
    String queues = " numtxqueues 4 numrxqueues 4";
    String far = " type veth peer name eth0 netns " + director.namespace();
    router.ip(("link add eth1" + queues + far + queues).split(" ", -1));
    Network edge = lab.family().edge();
    router.ip("link", "set", "eth1", "up");
    director.ip("link", "set", "eth0", "up");
    router.address("eth1", edge.onLink(FarSide.ROUTER));
    director.address("eth0", edge.onLink(NatLab.DIRECTOR));
    director.defaultGateway(edge.address(FarSide.ROUTER));
    // The sender's queue is the receiver's.
    lab.topology().find("switch").run(channels("director"));
    director.run(channels("eth1"));
    return lab;
  }

  private static String[] channels(String device) {
    return new String[] {"ethtool", "-L", device, "rx", "2", "tx", "2"};
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
    return "AF_XDP (eth1 native, 2 queues; eth0 native, 4 queues)";
  }
}
