package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors of the reference, section 23, and the general algorithm. */
class SipHashTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 0, 50859236",
    "10.0.0.1, 80, 1134300350",
    "192.168.1.10, 0, 3588839862",
    "192.168.1.10, 12345, 62292758",
    "172.16.0.31, 0, 840874288",
    "203.0.113.7, 0, 2825792533",
    "203.0.113.7, 40000, 3119114544",
    "255.255.255.255, 65535, 3087192935",
  })
  void hashesAsHsiphash(String address, int port, long expected) {
    int value = IpAddress.parse(address).folded() + port;

    assertEquals(expected, Integer.toUnsignedLong(SipHash.of(2_654_435_761L, value)));
  }

  @Test
  void isSipHashOneThreeOfFourOctets() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      long key = random.nextLong();
      int value = random.nextInt();

      byte[] octets = {
        (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
      };
      assertEquals((int) NaiveHashes.Mh.sipHash(1, 3, key, key, octets), SipHash.of(key, value));
    }
  }

  /** The published vector of SipHash-2-4 shows that the general algorithm is right. */
  @Test
  void theGeneralAlgorithmIsThePublishedOne() {
    byte[] message = new byte[15];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) i;
    }

    long hash = NaiveHashes.Mh.sipHash(2, 4, 0x0706050403020100L, 0x0f0e0d0c0b0a0908L, message);

    assertEquals(0xa129ca6149be45e5L, hash);
  }
}
