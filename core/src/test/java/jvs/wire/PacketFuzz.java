package jvs.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any octets as a frame: every reader keeps within it, whatever lies behind its end. */
class PacketFuzz {
  private static final int BEFORE = 64;
  private static final int BEHIND = 512;

  static Stream<byte[]> frames() {
    FrameBuilder v4 = new FrameBuilder().payload(20);
    FrameBuilder v6 = new FrameBuilder().from("fd00::1", 1).to("fd00::2", 80).payload(20);
    return Stream.of(v4.tcp(TcpHeader.SYN), v4.udp(), v6.tcp(TcpHeader.ACK), v6.udp())
        .flatMap(frame -> Stream.of(frame, as(frame, 1), as(frame, 58), as(frame, 132)));
  }

  /** The same with another protocol: ICMP that quotes noise, SCTP, an error over IPv6. */
  private static byte[] as(byte[] frame, int protocol) {
    byte[] other = frame.clone();
    boolean isV4 = other[12] == 8;
    other[isV4 ? 23 : 20] = (byte) protocol;
    if (isV4) {
      other[25] -= (byte) (protocol - frame[23]);
    }
    return other;
  }

  @MethodSource("frames")
  @FuzzTest
  void readsOnlyTheFrame(byte[] octets) {
    if (octets.length <= 0xffff) {
      assertEquals(reading(octets, 0), reading(octets, 0xff));
    }
  }

  private static String reading(byte[] octets, int behind) {
    try (Arena arena = Arena.ofConfined()) {
      long frame = arena.allocate(BEFORE + octets.length + BEHIND).address() + BEFORE;
      VnetHeader.clear(frame);
      Memory.copy(octets, 0, frame, octets.length);
      for (int i = 0; i < BEHIND; i++) {
        Memory.put8(frame + octets.length + i, behind);
      }
      Packet packet = new Packet();
      int reason = packet.dissect(frame, octets.length, 1);
      if (reason != 0) {
        return DropReason.values()[reason - 1].label();
      }
      assertTrue(packet.length() <= octets.length, "longer than it came");
      if (!packet.isIp()) {
        return packet.toString();
      }
      assertTrue(packet.transport() <= packet.length(), "headers behind the end");
      return packet + " " + packet.hasPorts() + " " + quoted(packet) + chunks(packet);
    }
  }

  private static String quoted(Packet packet) {
    if (!packet.isIcmp() || !packet.dissectQuoted()) {
      return "";
    }
    QuotedPacket quoted = packet.quoted();
    String ports = quoted.hasPorts() ? quoted.sourcePort() + " " + quoted.destinationPort() : "";
    return quoted.protocol() + " " + quoted.sourceLow() + " " + quoted.destinationLow() + ports;
  }

  private static String chunks(Packet packet) {
    return packet.isSctp() ? packet.sctp().chunkType() + " " + packet.sctp().secondChunkType() : "";
  }
}
