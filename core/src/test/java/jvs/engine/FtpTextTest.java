package jvs.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FtpTextTest {
  private final Arena arena = Arena.ofConfined();
  private final long payload = arena.allocate(512).address();
  private final FtpText text = new FtpText();

  @AfterEach
  void close() {
    arena.close();
  }

  private FtpText says(String words) {
    byte[] octets = words.getBytes(StandardCharsets.US_ASCII);
    Memory.copy(octets, 0, payload, octets.length);
    // What stands behind the segment must not be read.
    Memory.copy("9|).,1\r\n".getBytes(StandardCharsets.US_ASCII), 0, payload + octets.length, 8);
    return text.wrap(payload, octets.length);
  }

  private void assertAt(String words, String part) {
    assertEquals(part, words.substring(text.start(), text.end()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "227 Entering Passive Mode (10,1,0,1,156,65).",
        "227 Entering Passive Mode (10,1,0,1,156,65)",
        "227 entering passive mode 10,1,0,1,156,65\r",
        "227 =10,1,0,1,156,65\r",
      })
  void findsTheAddressOfAPassiveServer(String words) {
    assertTrue(says(words).isPasvAnswer());

    assertEquals("10.1.0.1", IpAddress.v4((int) text.low()).toString());
    assertEquals(40001, text.port());
    assertAt(words, "10,1,0,1,156,65");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "227",
        "227 Entering Passive Mode (10,1,0,1,156,65",
        "227 Entering Passive Mode (10,1,0,1,156)",
        "227 Entering Passive Mode (",
        "227 Entering",
        "227-Entering Passive Mode (10,1,0,1,156,65).",
        " 227 Entering Passive Mode (10,1,0,1,156,65).",
        "229 Entering Passive Mode (10,1,0,1,156,65).",
      })
  void wantsWholeAnswersAtTheBeginning(String words) {
    assertFalse(says(words).isPasvAnswer());
  }

  @Test
  void findsThePortOfAnExtendedPassiveServer() {
    String words = "229 Entering Extended Passive Mode (|||6446|)\r\n";
    assertTrue(says(words).isEpsvAnswer(true));
    assertFalse(text.hasAddress());
    assertEquals(6446, text.port());
    assertAt(words, "|||6446|");

    assertTrue(says("229 ok (!1!10.1.0.9!6446!)\r\n").isEpsvAnswer(false));
    assertTrue(text.hasAddress());
    assertEquals("10.1.0.9", IpAddress.v4((int) text.low()).toString());

    assertFalse(says("229 ok (|||6446)\r\n").isEpsvAnswer(false));
    assertFalse(says("229 ok (||6446|)\r\n").isEpsvAnswer(false));
    assertFalse(says("229 ok (|||0|)\r\n").isEpsvAnswer(false));
    assertFalse(says("229 ok (|||6446").isEpsvAnswer(false));
    assertFalse(says("229 ok (|2|10.1.0.9|6446|)\r\n").isEpsvAnswer(false));
  }

  @Test
  void readsWhereAClientListens() {
    assertTrue(says("PORT 192,0,2,7,156,64\r\n").isPort());
    assertEquals(40000, text.port());
    assertTrue(says("port 192,0,2,7,156,64\r\n").isPort());
    assertFalse(says("PORT 192,0,2,7,156,64").isPort());
    assertFalse(says("XPORT 192,0,2,7,156,64\r\n").isPort());

    assertTrue(says("EPRT |1|192.0.2.7|40000|\r\n").isEprt(false));
    assertEquals("192.0.2.7", IpAddress.v4((int) text.low()).toString());
    assertEquals(40000, text.port());
    for (String wrong :
        new String[] {
          "EPRT |2|192.0.2.7|40000|",
          "EPRT |1|192.0.2|40000|",
          "EPRT |1|192.0.2.700|40000|",
          "EPRT |1|192.0.2.7|40000",
          "EPRT |||40000|",
          "EPRT |1|192.0.2.7 |40000|",
          "EPRT ",
        }) {
      assertFalse(says(wrong).isEprt(false), wrong);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fd00:5::7",
    "::",
    "::1",
    "1::",
    "1:2:3:4:5:6:7:8",
    "1::8",
    "1:2:3:4::8",
    "1:2:3::6:7:8",
    "FD00:5::ffff:7",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8"
  })
  void readsIpv6Addresses(String address) {
    assertTrue(says("EPRT |2|" + address + "|40000|\r\n").isEprt(true), address);

    assertEquals(IpAddress.parse(address), IpAddress.v6(text.high(), text.low()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":1",
        "1:",
        "1:2",
        ":::",
        "1:::2",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "g::",
        "1:2:3:4:5:6:7:"
      })
  void refusesWhatIsNoIpv6Address(String address) {
    assertFalse(says("EPRT |2|" + address + "|40000|\r\n").isEprt(true), address);
  }

  @Test
  void hearsAClientGoPassiveAnywhere() {
    assertTrue(says("NOOP\r\nPasv\r\n").isPasv(6));
    assertFalse(says("PASV\r").isPasv(0));
    assertTrue(says("EPSV\r\n").isEpsv(0, true));
    assertTrue(says("epsv 2\r\n").isEpsv(0, true));
    assertFalse(says("EPSV 1\r\n").isEpsv(0, true));
    assertTrue(says("EPSV 1\r\n").isEpsv(0, false));
    assertFalse(says("EPSV ALL\r\n").isEpsv(0, false));
  }

  @Test
  void staysInsideWhateverItReads() {
    Random random = new Random(21);
    String letters = "PORTEPRTPASVEPSV227229 (|:,.0123456789af)\r\n";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder words = new StringBuilder(random.nextBoolean() ? "EPRT |2|" : "227 (");
      for (int n = random.nextInt(40); n > 0; n--) {
        words.append(letters.charAt(random.nextInt(letters.length())));
      }
      says(words.toString());
      if (text.isPort() | text.isEprt(true) | text.isPasvAnswer() | text.isEpsvAnswer(false)) {
        assertTrue(text.start() <= text.end() && text.end() <= words.length(), words.toString());
      }
    }
  }
}
