package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jvs.wire.IpAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors of the reference, section 23. */
class GoldenRatioHashTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 0, 39, 159",
    "10.0.0.1, 80, 182, 159",
    "192.168.1.10, 0, 248, 995",
    "192.168.1.10, 12345, 87, 995",
    "172.16.0.31, 0, 239, 958",
    "203.0.113.7, 0, 124, 499",
    "203.0.113.7, 40000, 32, 499",
    "255.255.255.255, 65535, 194, 632",
  })
  void hashesAsHash32(String address, int port, int withPort, int addressAlone) {
    int folded = IpAddress.parse(address).folded();

    assertEquals(withPort, GoldenRatioHash.of(folded + port, 8));
    assertEquals(addressAlone, GoldenRatioHash.of(folded, 10));
  }
}
