package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Tunnels of every type, in and over both address families. */
@ParameterizedClass(name = "{0} over {1}: {2}", quoteTextArguments = false)
@CsvSource({
  "IPV4, IPV4, -i",
  "IPV4, IPV4, -i --tun-type gre --tun-csum",
  "IPV4, IPV4, -i --tun-type gue --tun-port 6080 --tun-csum",
  "IPV6, IPV6, -i",
  "IPV6, IPV6, -i --tun-type gre --tun-csum",
  "IPV6, IPV6, -i --tun-type gue --tun-port 6080 --tun-csum",
  "IPV6, IPV4, -i --tun-type gre --tun-nocsum",
  "IPV4, IPV6, -i --tun-type gue --tun-port 6080 --tun-nocsum",
})
final class TunnelPathScenario implements PathContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.parameterised();

  private static final int UPLOAD_BYTES = 8 << 20;
  private static final int ETHERNET_BYTES = 14;

  @Parameter(0)
  Family family;

  @Parameter(1)
  Family outer;

  @Parameter(2)
  String method;

  @BeforeParameterizedClassInvocation
  static void open(Family family, Family outer, String method) {
    LAB.open(transcript -> RoutedLab.tunnel(transcript, family, outer, method));
  }

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Test
  void theClientLearnsWhatTheTunnelLeaves() throws IOException {
    LAB.httpRules();
    PathContract.forgetPaths(LAB.lab());

    upload(UPLOAD_BYTES);

    assertEquals(MTU - overhead(), PathContract.pathMtu(LAB.lab().client(), LAB.lab().vip()));
  }

  @Test
  void theClientLearnsOfASmallLinkBehindTheDirector() throws IOException {
    boolean isHeard = outer == Family.IPV4 && family == Family.IPV4;
    assumeTrue(isHeard, "IPVS, too, hears routers only about IPv4 in tunnels over IPv4");
    Lab lab = LAB.lab();
    LAB.httpRules();
    PathContract.forgetPaths(lab);
    Host router = lab.topology().find("router");

    router.ip("link", "set", "eth2", "mtu", String.valueOf(SMALL_MTU));
    try {
      upload(UPLOAD_BYTES);
    } finally {
      router.ip("link", "set", "eth2", "mtu", String.valueOf(MTU));
    }

    assertEquals(SMALL_MTU - overhead(), PathContract.pathMtu(lab.client(), lab.vip()));
  }

  @Test
  void nothingLeavesThatIsLongerThanTheLinkOrWrong() throws IOException {
    Lab lab = LAB.lab();
    LAB.httpRules();
    long before = sum(Decapsulator::unpacked);
    long checksummed = sum(Decapsulator::checksummed);
    String tooLong = "greater " + (MTU + ETHERNET_BYTES + 1);

    List<String> seen;
    try (Sniffer sniffer = Sniffer.on(lab.topology().find("router"), "eth1", tooLong, "-Q", "in")) {
      upload(UPLOAD_BYTES);
      seen = sniffer.stop();
    }

    assertEquals(List.of(), seen);
    assertEquals(0, sum(Decapsulator::lies));
    long unpacked = sum(Decapsulator::unpacked) - before;
    assertTrue(unpacked >= UPLOAD_BYTES / MTU, unpacked + " packets");
    assertEquals(hasChecksum() ? unpacked : 0, sum(Decapsulator::checksummed) - checksummed);
  }

  private void upload(int bytes) throws IOException {
    ForwardingContract.upload(LAB.lab(), bytes);
  }

  private static long sum(ToLongFunction<Decapsulator> count) {
    return LAB.decapsulators().stream().mapToLong(count).sum();
  }

  private boolean hasChecksum() {
    return method.contains("--tun-csum");
  }

  private int overhead() {
    int header = outer == Family.IPV4 ? 20 : 40;
    if (method.contains("gue")) {
      return header + 12;
    }
    return method.contains("gre") ? header + (hasChecksum() ? 8 : 4) : header;
  }
}
