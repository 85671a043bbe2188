package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.HexFormat;
import jvs.wire.Checksum;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the servers' decapsulator believes and what it calls a lie. Checksums by hand. */
final class TunnelHeaderTest {
  /** From 10.0.0.1 to 10.0.0.2, UDP port 1 to 2, empty. */
  private static final String PACKET =
      "4500001c 00000000 40110000 0a000001 0a000002 00010002 00080000";

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // what it is                       protocol  header               bytes before the packet
    "IP in IP,                                 4, '',                             0",
    "IP in IP that says IPv6,                 41, '',                            -1",
    "GRE,                                     47, 00000800,                       4",
    "GRE with its checksum,                   47, 80000800 dec30000,              8",
    "GRE with a wrong checksum,               47, 80000800 dec40000,             -1",
    "GRE with a key,                          47, 20000800 00000000,             -1",
    "GRE that says IPv6,                      47, 000086dd,                      -1",
    "GUE,                                     17, 800017c0 00280000 00040000,    12",
    "GUE with its checksum,                   17, 800017c0 00284a9a 00040000,    12",
    "GUE with a wrong checksum,               17, 800017c0 00284a9b 00040000,    -1",
    "GUE with a wrong length,                 17, 800017c0 00290000 00040000,    -1",
    "GUE with a reserved flag,                17, 800017c0 00280000 00040001,    -1",
    "UDP to another port,                     17, 800017c1 00280000 00040000,    -2",
    "another protocol,                        50, 00000800,                      -2",
  })
  void findsThePacket(String what, int protocol, String header, int expected) {
    byte[] octets = HexFormat.of().parseHex((header + PACKET).replace(" ", ""));
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(octets.length).address();
      Memory.copy(octets, 0, address, octets.length);

      assertEquals(
          expected, TunnelHeader.unpack(protocol, address, octets.length, addresses()), what);
      int ofLess = expected == TunnelHeader.FOREIGN ? expected : TunnelHeader.LIE;
      int less = octets.length - 1;
      assertEquals(ofLess, TunnelHeader.unpack(protocol, address, less, addresses()), "cut short");
    }
  }

  private static long addresses() {
    return Checksum.halves(IpAddress.parse("192.0.2.1").low())
        + Checksum.halves(IpAddress.parse("192.0.2.2").low());
  }
}
