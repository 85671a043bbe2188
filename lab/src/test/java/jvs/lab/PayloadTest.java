package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PayloadTest {
  @Test
  void hasTheSizeAskedFor() throws IOException {
    for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 200_000}) {
      assertEquals(size, bytes(size, 1).length);
    }
  }

  @Test
  void isTheSameForTheSameSeedOnly() throws IOException {
    assertArrayEquals(bytes(100_000, 1), bytes(100_000, 1));
    assertEquals(Payload.sha256(100_000, 1), Payload.sha256(100_000, 1));
    assertNotEquals(Payload.sha256(100_000, 1), Payload.sha256(100_000, 2));
  }

  @Test
  void hasNoTwoBlocksAlike() throws IOException {
    byte[] bytes = bytes(2 * 65_536, 1);

    assertNotEquals(0, Arrays.compare(bytes, 0, 65_536, bytes, 65_536, 131_072));
  }

  private static byte[] bytes(int size, long seed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Payload.write(out, size, seed);
    return out.toByteArray();
  }
}
