package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
  void savesAndRestoresFullNatWithItsLocalAddresses() {
    String rules =
        """
        -A -t 10.99.0.1:80 -s rr --proxy-protocol v2
        -P -t 10.99.0.1:80 -z 10.1.0.200
        -P -t 10.99.0.1:80 -z 10.1.0.201
        -a -t 10.99.0.1:80 -r 10.1.0.1:8080 --fullnat -w 2
        -A -t [2001:db8::1]:80 -s rr
        -P -t [2001:db8::1]:80 -z fd00::200
        """;

    terminal.restore(rules);

    assertEquals(rules, terminal.save("-n").stdout());
    assertEquals(
        """
        VIP:VPORT            TOTAL    SNAT_IP              CONNS
        10.99.0.1:80         2      \s
                                      10.1.0.200           7
                                      10.1.0.201           7
        """,
        terminal.run("", "-G", "-n", "-t", "10.99.0.1:80").stdout());
    assertTrue(terminal.run("", "-L", "-n").stdout().contains("FullNat 2"));
  }

  @Test
  void namesMistakesAboutLocalAddresses() {
    terminal.run("-A -t 10.99.0.1:80\n-P -t 10.99.0.1:80 -z 10.1.0.200 -F eth1", "-R");

    assertEquals(
        new Terminal.Outcome(255, "", "Local address already exists\n"),
        terminal.run("", "--add-laddr", "-t", "10.99.0.1:80", "--laddr", "10.1.0.200"));
    assertEquals(
        new Terminal.Outcome(255, "", "No such local address\n"),
        terminal.run("", "--del-laddr", "-t", "10.99.0.1:80", "-z", "10.1.0.201"));
    assertEquals(
        new Terminal.Outcome(255, "", "Service not defined\n"),
        terminal.run("", "-P", "-t", "10.99.0.1:81", "-z", "10.1.0.200"));
    assertEquals(
        new Terminal.Outcome(2, "", "PROXY protocol is only for TCP virtual services\n"),
        terminal.run("", "-A", "-u", "10.99.0.1:53", "--proxy-protocol", "v2"));
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

  @Test
  void restoresAtomicallyAllOrNothing() {
    terminal.run("-A -f 5 -s rr", "-R");

    Terminal.Outcome refused =
        terminal.run("# new\n-C\n" + RULES + "-A -t 10.99.0.1:80\n", "-R", "--atomic");
    Terminal.Outcome misspelt = terminal.run("-C\n\n-A -f 0\n", "-R", "--atomic");

    assertEquals(255, refused.status());
    assertTrue(refused.stderr().startsWith("line 5: Service already exists ("), refused.stderr());
    assertEquals(2, misspelt.status());
    assertTrue(misspelt.stderr().startsWith("line 3: invalid fwmark value"), misspelt.stderr());
    assertEquals("-A -f 5 -s rr\n", terminal.save("-n").stdout());

    assertEquals(
        new Terminal.Outcome(0, "", ""), terminal.run("# new\n-C\n" + RULES, "-R", "--atomic"));
    assertEquals(RULES, terminal.save("-n").stdout());
  }

  @Test
  void savesThresholdsOnlyWhereAskedTo() {
    String rules = RULES.replace("-w 2", "-w 2 -x 20 -y 10");
    terminal.run(rules, "-R");

    assertEquals(RULES, terminal.run("", "-S", "-n").stdout());
    assertEquals(rules, terminal.run("", "-S", "-n", "--with-thresholds").stdout());
    assertEquals(rules, terminal.save("-n", "--with-thresholds").stdout());
  }

  @Test
  void listsAsJsonForScripts() {
    terminal.run(RULES + "-A -f 5 -s rr", "-R");

    JsonArray all =
        JsonParser.parseString(terminal.run("", "-L", "--json").stdout()).getAsJsonArray();
    Terminal.Outcome one = terminal.run("", "-L", "-t", "10.99.0.1:80", "--json");
    Terminal.Outcome connections = terminal.run("", "-L", "-c", "--json");
    Terminal.Outcome settings = terminal.run("", "-L", "--timeout", "--json");

    assertEquals(2, all.size());
    JsonObject web = JsonParser.parseString(one.stdout()).getAsJsonArray().get(0).getAsJsonObject();
    assertTrue(all.contains(web));
    assertEquals("10.99.0.1", web.getAsJsonObject("service").get("address").getAsString());
    JsonObject server = web.getAsJsonArray("servers").get(0).getAsJsonObject();
    assertEquals(2, server.getAsJsonObject("settings").get("weight").getAsInt());
    assertEquals("[]", connections.stdout().strip());
    assertEquals(2, settings.status());
  }
}
