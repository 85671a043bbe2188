package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and addresses as the C library reads them. */
final class NamesTest {
  @TempDir private Path directory;

  private Names names(String hosts, String services) throws IOException {
    return Names.of(
        Files.writeString(directory.resolve("hosts"), hosts),
        Files.writeString(directory.resolve("services"), services));
  }

  @Test
  void takesTheFirstLineThatFits() throws IOException {
    Names names =
        names(
            "# comment\n10.0.0.1 a b # c\n10.0.0.1 d\n10.0.0.2 b\nfd00::1 six\nx y\n10.0.0.9\n",
            "web 80/tcp www\nother 80/tcp\ndns 53/udp\nbad 99999/tcp\nbad x/tcp\nbad\n");

    assertEquals("a", names.hostOf(IpAddress.parse("10.0.0.1")));
    assertEquals("six", names.hostOf(IpAddress.parse("fd00::1")));
    assertNull(names.hostOf(IpAddress.parse("10.0.0.9")));
    assertEquals(IpAddress.parse("10.0.0.1"), names.addressOf("B"));
    assertNull(names.addressOf("six"));
    assertNull(names.addressOf("c"));
    assertEquals("web", names.serviceOf(6, 80));
    assertNull(names.serviceOf(17, 80));
    assertEquals(80, names.portOf(6, "www"));
    assertEquals(-1, names.portOf(6, "bad"));
    assertEquals(-1, names.portOf(6, "dns"));
  }

  @Test
  void hasNoNamesWithoutFiles() {
    Names names = Names.of(directory.resolve("none"), directory.resolve("none"));

    assertNull(names.hostOf(IpAddress.parse("127.0.0.1")));
    assertEquals(-1, names.portOf(6, "http"));
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, 1.2.3.4",
    "1.2.3, 1.2.0.3",
    "1.2, 1.0.0.2",
    "258, 0.0.1.2",
    "4294967295, 255.255.255.255",
    "0x7f.1, 127.0.0.1",
    "010.0.0.1, 8.0.0.1",
    "'1.2.3.4 x', 1.2.3.4",
    "0, 0.0.0.0",
  })
  void readsAddressesInAllForms(String text, String address) {
    assertEquals(IpAddress.parse(address), AddressText.parseV4(text));
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "1.2.3.4.5",
    "1.2.3.",
    ".1",
    "1..2",
    "256.1",
    "1.2.3.256",
    "1.2.65536",
    "4294967296",
    "0x",
    "08",
    "1.2.3.4x",
    "x",
    "' 1.2.3.4'",
    "-1",
    "1.16777216",
    "fd00::1",
  })
  void refusesWhatIsNoAddress(String text) {
    assertNull(AddressText.parseV4(text));
  }
}
