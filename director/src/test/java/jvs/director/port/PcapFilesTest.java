package jvs.director.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.forwarders.Forwarders;
import jvs.port.FrameBatch;
import jvs.schedulers.Schedulers;
import jvs.wire.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PcapFilesTest {
  private static final long NOON = 1_700_000_000_123_456L;

  @TempDir private Path directory;

  private Path file(String name, int frames) {
    Path file = directory.resolve(name);
    try (PcapFileWriter writer = new PcapFileWriter(file)) {
      for (int i = 0; i < frames; i++) {
        byte[] frame = new byte[60 + i];
        Arrays.fill(frame, (byte) i);
        writer.write(NOON + 1000L * i, frame);
      }
    }
    return file;
  }

  @Test
  void readsWhatItWrote() {
    try (PcapFileReader reader = new PcapFileReader(file("a.pcap", 3))) {
      for (int i = 0; i < 3; i++) {
        PcapRecord record = reader.next();
        assertNotNull(record);
        assertEquals(NOON + 1000L * i, record.timestampMicros());
        assertEquals(60 + i, record.frame().length);
        assertEquals(i, record.frame()[59]);
        assertFalse(record.isTruncated());
      }
      assertNull(reader.next());
    }
  }

  @Test
  void receivesOneFileAndSendsToAnother() {
    Path output = directory.resolve("out.pcap");
    List<Long> times = new ArrayList<>();
    try (PcapFilePort port = new PcapFilePort("file", 3, file("in.pcap", 1300), output)) {
      FrameBatch batch = new FrameBatch(100);
      int count = 0;
      while (!port.isAtEnd()) {
        times.add(port.timestampMicros());
        port.receive(batch);
        for (int i = 0; i < batch.size(); i++) {
          Memory.put8(batch.address(i), 0xee);
          port.send(batch.address(i), batch.length(i));
        }
        count += batch.size();
        batch.clear();
        port.flush();
        port.release();
      }
      assertEquals(1300, count);
      assertEquals(0, port.receive(batch));
    }
    assertEquals(NOON + 100_000, times.get(1));
    try (PcapFileReader reader = new PcapFileReader(output)) {
      int count = 0;
      for (PcapRecord record = reader.next(); record != null; record = reader.next()) {
        assertEquals((byte) 0xee, record.frame()[0]);
        assertEquals((byte) count, record.frame()[59]);
        count++;
      }
      assertEquals(1300, count);
    }
  }

  @Test
  void keepsFramesUntilTheyAreReleased() {
    try (PcapFilePort port = new PcapFilePort("file", 3, file("in.pcap", 600), null)) {
      FrameBatch batch = new FrameBatch(600);

      assertEquals(512, port.receive(batch));
      assertEquals(0, port.receive(batch), "all slots are in use");
      byte[] first = new byte[60];
      Memory.copy(batch.address(0), first, 0, 60);
      assertArrayEquals(new byte[60], first);
      batch.clear();
      port.release();
      assertEquals(88, port.receive(batch));
    }
  }

  @Test
  void aFrameThatWasCutShortIsLostAndCounted() throws IOException {
    Path file = file("in.pcap", 2);
    byte[] octets = Files.readAllBytes(file);
    int length = 24 + 12; // of the first record: orig_len, behind the file's own header
    for (int i = 0; i < 4; i++) {
      octets[length + i] = (byte) (octets[length + i] == 60 ? 61 : 0);
    }
    Files.write(file, octets);

    try (PcapFilePort port = new PcapFilePort("file", 3, file, null);
        Director director =
            new Director(
                DirectorOptions.of(10, 1), Schedulers.all(), Forwarders.all(), () -> NOON)) {
      director.addWorker(port).doWork();

      assertEquals(1, director.frameCounters().get("received"));
      assertEquals(1, director.portCounters().get("port_truncated"));
    }
  }

  @Test
  void namesTheFileThatCannotBeRead() throws IOException {
    Path nonsense =
        Files.writeString(directory.resolve("x.pcap"), "this is no capture file at all");

    PcapException missing =
        assertThrows(PcapException.class, () -> new PcapFileReader(directory.resolve("none")));
    assertTrue(missing.getMessage().contains("none"), missing.getMessage());
    assertThrows(PcapException.class, () -> new PcapFileReader(nonsense));
    assertThrows(
        PcapException.class, () -> new PcapFileWriter(directory.resolve("no/such/directory")));
  }
}
