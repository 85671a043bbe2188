package jvs.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "fd00:1::fffe, fd00:1::fffe",
    "FD00:0:0:0:1:0:0:2, fd00::1:0:0:2",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1::, 1::",
    "::ffff:10.0.0.1, ::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1, 64:ff9b::a00:1",
    "1:0:0:4:5:0:0:0, 1:0:0:4:5::"
  })
  void printsWhatItReadsAsTheCLibraryDoes(String text, String expected) {
    assertEquals(expected, IpAddress.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.4 ",
        "1..2.3",
        ":",
        ":::",
        "1::2::3",
        "12345::",
        "g::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::8",
        "::1.2.3",
        "fe80::1%eth0",
        "host"
      })
  void refusesWhatIsNoAddressAndNamesIt(String text) {
    Exception refusal = assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
    assertTrue(String.valueOf(refusal.getMessage()).contains("'" + text + "'"));
  }

  @Test
  void readsBackItsOctetsAndItsText() throws Exception {
    long seed = Long.getLong("jvs.seed", 3);
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] octets = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(octets);
      for (int j = 0; j < octets.length; j++) {
        octets[j] = random.nextInt(3) == 0 ? octets[j] : 0;
      }
      octets[0] |= 0x20;
      IpAddress address = IpAddress.of(octets);

      assertArrayEquals(octets, address.octets(), "seed " + seed);
      assertEquals(address, IpAddress.parse(address.toString()), "seed " + seed);
      assertArrayEquals(octets, InetAddress.getByName(address.toString()).getAddress());
    }
  }

  @Test
  void foldsAsTheHashingSchedulersExpect() {
    assertEquals(0x0a000001, IpAddress.parse("10.0.0.1").folded());
    assertEquals(0xfd000000 ^ 0x00000007, IpAddress.parse("fd00::7").folded());
  }

  @Test
  void ordersIpv4FirstAndNumbersUnsigned() {
    assertTrue(IpAddress.parse("10.0.0.1").compareTo(IpAddress.parse("200.0.0.1")) < 0);
    assertTrue(IpAddress.parse("200.0.0.1").compareTo(IpAddress.parse("::")) < 0);
  }
}
