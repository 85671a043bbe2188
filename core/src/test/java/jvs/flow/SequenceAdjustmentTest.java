package jvs.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import jvs.wire.Checksum;
import jvs.wire.FrameBuilder;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequenceAdjustmentTest {
  private static final int TRANSPORT = 34;
  private static final int CHECKSUM = TRANSPORT + 16;

  private final Arena arena = Arena.ofConfined();
  private final ConnectionTable table = new ConnectionTable(2, 1);
  private final Connection connection = new Connection(table).at(table.allocate());
  private final long frame = arena.allocate(4096, 8).address() + 256;
  private final Packet packet = new Packet();

  @AfterEach
  void close() {
    table.close();
    arena.close();
  }

  private void segment(int sequence, int acknowledgment, int... options) {
    byte[] octets =
        new FrameBuilder()
            .numbers(sequence, acknowledgment)
            .payload(options.length * 4)
            .tcp(TcpHeader.ACK | TcpHeader.PSH);
    Memory.copy(octets, 0, frame, octets.length);
    VnetHeader.clear(frame);
    packet.dissect(frame, octets.length, 1);
    for (int i = 0; i < options.length; i++) {
      Memory.put32(frame + TRANSPORT + 20 + i * 4L, options[i]);
    }
    Memory.put8(frame + TRANSPORT + 12, 5 + options.length << 4);
    Memory.put16(frame + CHECKSUM, 0);
    Memory.put16(frame + CHECKSUM, Checksum.finish(sum()));
  }

  private long sum() {
    int length = packet.transportLength();
    return Checksum.pseudoV4(
            packet.ipv4().source(), packet.ipv4().destination(), TcpHeader.PROTOCOL, length)
        + Checksum.sum(frame + TRANSPORT, length);
  }

  private void assertRequest(int sequence, int expected) {
    segment(sequence, 0);
    SequenceAdjustment.request(packet, connection);
    assertEquals(expected, packet.tcp().sequenceNumber());
    assertEquals(0xffff, Checksum.fold(sum()));
  }

  private void assertReplyAcknowledges(int number, int expected) {
    segment(1, number);
    SequenceAdjustment.reply(packet, connection);
    assertEquals(expected, packet.tcp().acknowledgmentNumber());
    assertEquals(0xffff, Checksum.fold(sum()));
  }

  @Test
  void shiftsWhatFollowsAChangedRequestAndTakesItBackFromItsAcknowledgments() {
    assertFalse(SequenceAdjustment.concerns(connection));
    SequenceAdjustment.requestGrew(connection, 1000, 28);
    assertTrue(SequenceAdjustment.concerns(connection));

    assertRequest(1000, 1000);
    assertRequest(1100, 1128);
    assertReplyAcknowledges(1000, 1000);
    assertReplyAcknowledges(1128, 1100);
  }

  @Test
  void shiftsRepliesLikewise() {
    SequenceAdjustment.replyGrew(connection, 500, -3);

    segment(550, 7);
    SequenceAdjustment.reply(packet, connection);
    assertEquals(547, packet.tcp().sequenceNumber());
    assertEquals(7, packet.tcp().acknowledgmentNumber());
    assertEquals(0xffff, Checksum.fold(sum()));

    segment(9, 547);
    SequenceAdjustment.request(packet, connection);
    assertEquals(9, packet.tcp().sequenceNumber());
    assertEquals(550, packet.tcp().acknowledgmentNumber());
    assertEquals(0xffff, Checksum.fold(sum()));
  }

  @Test
  void addsUpChangesAndCountsASegmentThatIsSentAgainOnce() {
    SequenceAdjustment.requestGrew(connection, 1000, 4);
    SequenceAdjustment.requestGrew(connection, 1000, 4);
    SequenceAdjustment.requestGrew(connection, 2000, 3);
    SequenceAdjustment.requestGrew(connection, 1000, 4);

    assertRequest(1500, 1504);
    assertRequest(2000, 2004);
    assertRequest(2001, 2008);
    assertReplyAcknowledges(2004, 2000);
    assertReplyAcknowledges(2058, 2051);
  }

  @Test
  void countsOnAcrossTheEndOfTheNumbers() {
    SequenceAdjustment.requestGrew(connection, -10, 20);

    assertRequest(-11, -11);
    assertRequest(-5, 15);
    assertRequest(5, 25);
    assertReplyAcknowledges(15, -5);
    assertReplyAcknowledges(-10, -10);
  }

  @Test
  void knowsNothingOfTheSlotsFormerConnection() {
    SequenceAdjustment.requestGrew(connection, 1000, 28);
    connection.removeFlags(ConnectionFlags.IN_SEQ);

    SequenceAdjustment.requestGrew(connection, 700, 5);

    assertRequest(600, 600);
    assertRequest(900, 905);
  }

  @Test
  void adjustsTheEdgesOfSackBlocksWhereverTheyLie() {
    SequenceAdjustment.requestGrew(connection, 1000, 28);

    segment(1, 1000, 0x01050a00, 1128 << 8, 1228 << 8);
    SequenceAdjustment.reply(packet, connection);
    assertEquals(1100, Memory.i32(frame + TRANSPORT + 23));
    assertEquals(1200, Memory.i32(frame + TRANSPORT + 27));
    assertEquals(0xffff, Checksum.fold(sum()));

    segment(1, 1000, 0x01010512, 1128, 1228, 2028, 2128);
    SequenceAdjustment.reply(packet, connection);
    for (int i = 0; i < 4; i++) {
      assertEquals(new int[] {1100, 1200, 2000, 2100}[i], option(1 + i));
    }
    assertEquals(0xffff, Checksum.fold(sum()));
  }

  private int option(int word) {
    return Memory.i32(frame + TRANSPORT + 20 + word * 4L);
  }

  @Test
  void readsNoOptionsBeyondThePacket() {
    SequenceAdjustment.requestGrew(connection, 1000, 28);
    Random random = new Random(4);

    for (int i = 0; i < 2_000; i++) {
      int[] options = random.ints(random.nextInt(10)).toArray();
      segment(1, 1128, options);
      Memory.put8(frame + TRANSPORT + 12, random.nextInt(256));
      Memory.put16(frame + CHECKSUM, 0);
      Memory.put16(frame + CHECKSUM, Checksum.finish(sum()));
      long behind = frame + packet.length();
      Memory.put64(behind, 0x0512345678901234L);

      SequenceAdjustment.reply(packet, connection);

      assertEquals(1100, packet.tcp().acknowledgmentNumber());
      assertEquals(0x0512345678901234L, Memory.i64(behind));
      assertEquals(0xffff, Checksum.fold(sum()));
    }
  }

  @Test
  void leavesAnUnfinishedChecksumWithoutTheHeaderInIt() {
    SequenceAdjustment.requestGrew(connection, 1000, 28);
    segment(1100, 0);
    int before = packet.tcp().checksum();
    Memory.put8(frame - VnetHeader.LENGTH, VnetHeader.NEEDS_CHECKSUM);

    SequenceAdjustment.request(packet, connection);

    assertEquals(1128, packet.tcp().sequenceNumber());
    assertEquals(before, packet.tcp().checksum());
  }
}
