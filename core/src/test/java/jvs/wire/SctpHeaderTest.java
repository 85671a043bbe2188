package jvs.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SctpHeaderTest {
  @Test
  void sumsUpAsRfc3720Says() {
    try (Arena arena = Arena.ofConfined()) {
      byte[] octets = "123456789".getBytes(StandardCharsets.US_ASCII);
      long address = arena.allocate(octets.length).address();
      Memory.copy(octets, 0, address, octets.length);

      assertEquals(0xe3069283, Crc32c.of(address, octets.length));
    }
  }

  @Test
  void findsTheSecondChunkOnlyWhereItIs() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(28).address();
      Memory.put32(address + 12, 10 << 24 | 5);
      Memory.put32(address + 20, 6 << 24 | 4);
      SctpHeader header = new SctpHeader();

      assertEquals(6, header.wrap(address, 24).secondChunkType());
      assertEquals(-1, header.wrap(address, 23).secondChunkType());
      assertEquals(10, header.chunkType());
      assertEquals(DropReason.SCTP_TRUNCATED.code(), header.wrap(address, 15).check());
    }
  }
}
