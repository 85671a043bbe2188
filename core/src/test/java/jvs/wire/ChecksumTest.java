package jvs.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static final long SEED = Long.getLong("jvs.seed", 11);

  /** RFC 1071 section 4.1, word by word. */
  private static int naive(byte[] data) {
    int sum = 0;
    for (int i = 0; i < data.length; i += 2) {
      int low = i + 1 < data.length ? data[i + 1] & 0xff : 0;
      sum += (data[i] & 0xff) << 8 | low;
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return ~sum & 0xffff;
  }

  @Test
  void equalsTheSumWordByWordAtEveryLength() {
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(2048).address();
      for (int length = 0; length < 2048; length++) {
        byte[] data = new byte[length];
        random.nextBytes(data);
        Memory.copy(data, 0, address, length);

        assertEquals(naive(data), Checksum.finish(Checksum.sum(address, length)), "seed " + SEED);
      }
    }
  }

  @Test
  void updatesToWhatAWholeSumWouldGive() {
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(64).address();
      for (int i = 0; i < 100_000; i++) {
        byte[] data = new byte[40];
        random.nextBytes(data);
        Memory.copy(data, 0, address, data.length);
        int before = Checksum.finish(Checksum.sum(address, data.length));
        int word = Memory.i32(address + 16);
        int port = Memory.u16(address + 20);
        int newWord = random.nextInt();
        int newPort = random.nextInt(1 << 16);
        Memory.put32(address + 16, newWord);
        Memory.put16(address + 20, newPort);

        int after =
            Checksum.update(
                before, Checksum.delta32(word, newWord) + Checksum.delta16(port, newPort));

        assertEquals(Checksum.finish(Checksum.sum(address, data.length)), after, "seed " + SEED);
      }
    }
  }

  @Test
  void decrementsTheTimeToLiveAsIfTheHeaderWereSummedAnew() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(64).address();
      Ipv4Header header = new Ipv4Header().wrap(address, 20);
      for (int identification = 0; identification < 1 << 16; identification++) {
        int ttl = 1 + identification % 255;
        header.write(0, 40, identification, true, ttl, 6, 0x0a000001, 0xc0000207);

        header.decrementTimeToLive();

        assertEquals(ttl - 1, header.timeToLive());
        assertEquals(0, 0xffff ^ Checksum.fold(Checksum.sum(address, 20)));
        int checksum = header.checksum();
        header.writeChecksum();
        assertEquals(header.checksum(), checksum, () -> "of " + header);
      }
    }
  }
}
