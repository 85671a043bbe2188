package jvs.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import jvs.linux.Mapping;
import jvs.service.DaemonSpec;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncMessageTest {
  private static final long SEED = Long.getLong("jvs.seed", new Random().nextLong());
  private static final int MUTATIONS = 100_000;
  private static final int PAGES = 1 << 14;

  // As a kernel sent them: TCP, a template, IPv6; and in version 0 TCP, UDP, a template.
  private static final String ENTRY =
      "000600240000000000010" + "3e800501f900000000000000384c00002070a6300010a010002";
  private static final String TEMPLATE =
      "00060024000011820000000001bb01bb000000000000005ac00002070a6300020a010004";
  private static final String ENTRY_V6 =
      "01060048000000000001138800501f900000000000000384fd000005000000000000000000000000"
          + "fd000099000000000000000000000001fd000001000000000000000000000001";
  private static final String V1 = "000b00980301" + "0000" + ENTRY + TEMPLATE + ENTRY_V6;
  private static final String V0 =
      "0309004c000603e800501f90c00002070a6300010a01000200000001001107d000350035c00002070a630001"
          + "0a0100030183000000060000"
          + "01bb01bbc00002070a6300020a01000411820001";

  // Made up: sequence numbers; a Call-ID and its engine's name.
  private static final String SEQUENCE = "00000001000000020000000300000004fffffffb00000006";
  private static final String WITH_SEQUENCE =
      "0006003e00000600000103e800150015000000000000"
          + "0384c00002070a6300010a010002"
          + "0118"
          + SEQUENCE;
  private static final String WITH_CALL_ID =
      "0011002e00001183000100000"
          + "1bb01bb000000000000005ac00002070a6300020a0100040203"
          + "616263"
          + "0303736970";
  private static final String OPTIONS =
      "000000760201" + "0000" + WITH_SEQUENCE + "0000" + WITH_CALL_ID;
  private static final String V0_SEQUENCE =
      "01000034000603e800150015c00002070a6300010a01000206000001" + SEQUENCE;

  private final Mapping memory = new Mapping(PAGES);
  private final SyncMessage message = new SyncMessage();

  @AfterEach
  void close() {
    memory.close();
    message.close();
  }

  /** Puts octets at the very end of the memory, so that nobody reads on unpunished. */
  private long place(byte[] octets) {
    long address = memory.address() + PAGES - octets.length;
    Memory.copy(octets, 0, address, octets.length);
    return address;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private List<String> entries(String hex) {
    byte[] octets = bytes(hex);
    assertTrue(message.wrap(place(octets), octets.length), hex);
    List<String> entries = new ArrayList<>();
    while (message.next()) {
      entries.add(HexFormat.of().formatHex(message.entry().octets()));
    }
    return entries;
  }

  @Test
  void readsWhatAKernelWrote() {
    assertEquals(List.of(ENTRY, TEMPLATE, ENTRY_V6), entries(V1));
    assertEquals(11, message.syncId());
    assertEquals(1, message.version());
  }

  @Test
  void readsVersionZeroAsVersionOneWithoutTimeout() {
    List<String> entries = entries(V0);

    assertEquals(0, message.version());
    assertEquals(9, message.syncId());
    assertEquals(3, entries.size());
    assertEquals(ENTRY.replace("00000384c0", "00000000c0"), entries.getFirst());
  }

  @Test
  void readsOptions() {
    assertEquals(List.of(WITH_SEQUENCE, WITH_CALL_ID), entries(OPTIONS));
    assertTrue(message.entry().isMeaningful());
    assertTrue(message.entry().isOfEngine(new byte[] {'s', 'i', 'p'}));
    assertEquals(3, message.entry().dataLength());
  }

  @ParameterizedTest
  @CsvSource({"V1", "V0", "OPTIONS", "V0_SEQUENCE"})
  void packsWhatItReads(String name) {
    byte[] octets = bytes(sample(name));
    assertTrue(message.wrap(place(octets), octets.length));
    try (SyncPacker packer = new SyncPacker(1472)) {
      packer.begin(message.version(), 0);
      while (message.next()) {
        assertTrue(packer.add(message.entry(), message.version(), 1472));
      }

      byte[] packed = new byte[packer.finish(message.syncId())];
      Memory.copy(packer.address(), packed, 0, packed.length);

      assertArrayEquals(octets, packed);
    }
  }

  private static String sample(String name) {
    return switch (name) {
      case "V1" -> V1;
      case "V0" -> V0;
      case "OPTIONS" -> OPTIONS;
      default -> V0_SEQUENCE;
    };
  }

  @Test
  void aMessageIsFullAt255EntriesOrItsLength() {
    byte[] octets = bytes(V1);
    assertTrue(message.wrap(place(octets), octets.length));
    assertTrue(message.next());
    try (SyncPacker large = new SyncPacker(65_000);
        SyncPacker small = new SyncPacker(80)) {
      large.begin(1, 0);
      small.begin(1, 0);
      int inLarge = 0;
      int inSmall = 0;
      while (large.add(message.entry(), 1, 65_000)) {
        inLarge++;
      }
      while (small.add(message.entry(), 1, 80)) {
        inSmall++;
      }

      assertEquals(255, inLarge);
      assertEquals(2, inSmall);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "nothing, '', ''",
    "half a header, 0001, ''",
    "size too large, 0001003001010000, 000600240000",
    "size too small, 000b009703010000, ''",
    "count too small, 000b002c00010000, 0006002400000000000103e8",
    "unknown type, 0000002c01010000, 0206002400000000000103e8",
    "entry of another version, 0000002c01010000, 0006102400000000000103e8",
    "entry shorter than itself, 0000002c01010000, 0006002300000000000103e8",
    "entry longer than the message, 0000002c01010000, 0006002800000000000103e8",
    "version 0 with half an entry, 01000010, 000603e800501f90c0000207",
    "version 0 without its sequence, 0100001c, 000603e800501f90c00002070a6300010a01000206000001",
  })
  void doesNotBelieve(String what, String header, String entry) {
    boolean isWholeEntry = header.length() == 16 && entry.length() == 24;
    byte[] octets = bytes(header + entry + (isWholeEntry ? ENTRY.substring(24) : ""));

    assertFalse(message.wrap(place(octets), octets.length), what);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "option without length, 0026, 0200",
    "sequence of 4 octets, 002a, 010400000000",
    "half an option, 0025, 02",
    "option longer than the entry, 0027, 020200",
    "engine's name of 17 octets, 0037, 03116161616161616161616161616161616161",
    "the same option twice, 002a, 020161020162",
  })
  void doesNotBelieveOptions(String what, String size, String options) {
    int length = 44 + options.length() / 2;
    String entry = "0006" + size + ENTRY.substring(8) + options;
    byte[] octets = bytes("0000" + HexFormat.of().toHexDigits((short) length) + "01010000" + entry);
    assertEquals(octets.length, length);

    assertFalse(message.wrap(place(octets), octets.length), what);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "protocol 99, 00630024000000000001",
    "TCP state 11, 0006002400000000000b",
    "UDP state 1, 00110024000000000001",
    "one packet, 00060024000020000001",
    "template without client port, 00060024000018000001",
    "forwarding method 5, 00060024000000050001",
    "forwarding method 7, 00060024000000070001",
  })
  void passesOverWhatCannotBeHere(String what, String beginning) {
    byte[] octets = bytes("0000002c01010000" + beginning + ENTRY.substring(beginning.length()));
    assertTrue(message.wrap(place(octets), octets.length));

    assertTrue(message.next());
    assertFalse(message.entry().isMeaningful(), what);
  }

  /** Invalid messages change nothing, valid ones are passed on as an independent reader has it. */
  @Test
  void survivesMutations() {
    Random random = new Random(SEED);
    DaemonSpec spec = new DaemonSpec(false, "eth0", 0, 1472, IpAddress.parse("224.0.0.81"), 1, 1);
    SyncCounts counts = new SyncCounts();
    int believed = 0;
    try (SyncRing ring = new SyncRing();
        SyncBackup backup = new SyncBackup(spec, List.of(ring), flow -> 0, () -> {}, counts)) {
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] octets = mutation(random);
        int expected = NaiveSyncReader.entries(octets);
        long malformed = malformed(counts);

        backup.receive(place(octets), octets.length);

        String what = "jvs.seed=" + SEED + " " + HexFormat.of().formatHex(octets);
        assertEquals(expected < 0 ? malformed + 1 : malformed, malformed(counts), what);
        int passedOn = 0;
        while (ring.next() != 0) {
          ring.release();
          passedOn++;
        }
        assertEquals(Math.max(0, expected), passedOn, what);
        believed += passedOn;
      }
      assertEquals(0, ring.lost());
    }
    assertTrue(believed > MUTATIONS / 20, "only " + believed);
  }

  private static long malformed(SyncCounts counts) {
    return counts.byName().get("sync_messages_malformed");
  }

  private static byte[] mutation(Random random) {
    String[] samples = {V1, V0, OPTIONS, V0_SEQUENCE};
    byte[] octets = bytes(samples[random.nextInt(samples.length)]);
    if (random.nextInt(4) == 0) {
      octets = Arrays.copyOf(octets, random.nextInt(octets.length + 40));
    }
    boolean isSizeRight = random.nextInt(8) != 0;
    if (isSizeRight && octets.length >= 4) {
      ByteBuffer.wrap(octets).putShort(2, (short) octets.length);
    }
    int changes = random.nextInt(4);
    for (int i = 0; i < changes && octets.length > 0; i++) {
      // Most mistakes worth making are in the headers.
      int at = random.nextInt(random.nextBoolean() ? octets.length : Math.min(24, octets.length));
      if (isSizeRight && (at == 2 || at == 3)) {
        continue;
      }
      octets[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : octets[at] ^ 1 << at % 8);
    }
    return octets;
  }
}
