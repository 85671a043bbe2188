package jvs.director.dropin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What "nlctrl" says of "IPVS". */
final class ControlFamilyTest {
  private static final int GETFAMILY = 3;

  private static NetlinkRequest ask(byte[]... attributes) {
    byte[] message = Requests.message(GETFAMILY, Requests.REQUEST_ACK, attributes);
    return new NetlinkRequest(
        Requests.withType(message, ControlFamily.ID), Requests.PORT, false, false);
  }

  @Test
  void knowsItsNameAndNumber() {
    assertTrue(ControlFamily.asksForIpvs(ask(Requests.text(2, "IPVS"))));
    assertTrue(ControlFamily.asksForIpvs(ask(Requests.u16(1, ControlFamily.IPVS_ID))));
    assertFalse(ControlFamily.asksForIpvs(ask(Requests.text(2, "nl80211"))));
    assertFalse(ControlFamily.asksForIpvs(ask()));
  }

  @Test
  void tellsNumberVersionAndCommands() {
    byte[] answer = new ControlFamily().find(ask(Requests.text(2, "IPVS")));

    String start =
        """
        1000 0000 63000000 67120000 01 02 0000
        0900 0200 4950565300 000000
        0600 0100 ff03 0000
        0800 0300 01000000
        0800 0400 00000000
        0800 0500 06000000
        4401 0600
        1400 0100 0800 0100 01000000 0800 0200 0b000000
        1400 0200 0800 0100 02000000 0800 0200 0b000000
        1400 0300 0800 0100 03000000 0800 0200 0b000000
        1400 0400 0800 0100 04000000 0800 0200 0f000000
        """;
    String expected = start.replaceAll("\\s", "");
    String hex = HexFormat.of().formatHex(answer, 4, answer.length);
    assertEquals(expected, hex.substring(0, expected.length()));
    assertEquals(0, Requests.errno(answer));
  }
}
