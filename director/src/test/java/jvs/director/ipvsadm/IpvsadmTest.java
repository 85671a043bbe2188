package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jvs.director.control.MemoryControl;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What the recordings do not hold: the programs around ipvsadm. */
final class IpvsadmTest {
  private static final Names NAMES =
      Names.of(TestResources.path("golden/etc/hosts"), TestResources.path("golden/etc/services"));
  private static final String RULES =
      """
      -A -t 10.99.0.1:80 -s rr
      -a -t 10.99.0.1:80 -r 10.1.0.1:80 -m -w 2
      """;

  private final MemoryControl control = new MemoryControl();
  private final Terminal terminal = new Terminal(control, NAMES);

  @Test
  void savesWithNamesOrNumbers() {
    terminal.run(RULES, "-R");

    assertEquals(new Terminal.Outcome(0, RULES, ""), terminal.save("-n"));
    assertEquals(
        new Terminal.Outcome(0, RULES.replace(":80", ":http"), ""), terminal.save("ignored"));
  }

  @Test
  void explainsSaveToWhoeverAsks() {
    assertEquals(
        new Terminal.Outcome(
            1,
            "",
            """
            ipvsadm-save: Script to save the IPVS table to stdout.
               With the -n option, prints out the table in numeric format.
            """),
        terminal.save("-n", "--help"));
  }

  @Test
  void restoresInPlaceOfWhatIsThereAndSkipsComments() {
    terminal.run("-A -f 5", "-R");

    Terminal.Outcome outcome = terminal.restore("# rules\n" + RULES);

    assertEquals(new Terminal.Outcome(0, "", ""), outcome);
    assertEquals(RULES, terminal.save("-n").stdout());
  }

  @Test
  void endsRestoreAtAMistakeButNotAtARefusal() {
    Terminal.Outcome outcome = terminal.restore("-A -f 1\n-A -f 1\n-A -f 2\n-A -f 0\n-A -f 3\n");

    assertEquals(
        new Terminal.Outcome(2, "", "Service already exists\ninvalid fwmark value `0' specified\n"),
        outcome);
    assertEquals("-A -f 1 -s wlc\n-A -f 2 -s wlc\n", terminal.save("-n").stdout());
  }

  @Test
  void sortsAddressesFarApartAsTheOriginalDoes() {
    for (String address : new String[] {"10.0.0.1", "192.168.0.1", "172.16.0.1", "9.0.0.1"}) {
      control.newService(
          ServiceKey.of(ServiceKey.TCP, IpAddress.parse(address), 80), ServiceSpec.of("rr"));
    }

    String saved = terminal.save("-n").stdout();

    // 192.168.0.1 less 10.0.0.1 is negative as a signed number of 32 bits.
    assertTrue(saved.indexOf("192.168.0.1") < saved.indexOf("9.0.0.1"), saved);
    assertTrue(saved.indexOf("9.0.0.1") < saved.indexOf("10.0.0.1"), saved);
  }
}
