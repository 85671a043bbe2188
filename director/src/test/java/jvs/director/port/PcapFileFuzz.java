package jvs.director.port;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any octets as a capture file: refused in words, or frames no longer than the file. */
class PcapFileFuzz {
  static Stream<byte[]> files() throws IOException {
    Path file = Files.createTempFile("fuzz", ".pcap");
    try {
      try (PcapFileWriter writer = new PcapFileWriter(file)) {
        writer.write(1_000_001, new byte[60]);
        writer.write(2_000_002, new byte[] {1, 2, 3});
      }
      return Stream.of(Files.readAllBytes(file));
    } finally {
      Files.delete(file);
    }
  }

  @MethodSource("files")
  @FuzzTest
  void refusesOrReads(byte[] octets) throws IOException {
    Path file = Files.createTempFile("fuzz", ".pcap");
    try {
      Files.write(file, octets);
      read(file, octets.length);
    } finally {
      Files.delete(file);
    }
  }

  private static void read(Path file, int bytes) {
    try (PcapFileReader reader = new PcapFileReader(file)) {
      int sum = 0;
      for (PcapRecord next = reader.next(); next != null; next = reader.next()) {
        sum += next.frame().length;
      }
      assertTrue(sum <= bytes, "more than the file holds");
    } catch (PcapException refused) {
      // As it should be.
    }
  }
}
