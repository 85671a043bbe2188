package jvs.forwarders;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import jvs.wire.VnetHeader;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any frames on either side of a director that serves everything; {@link Judge} says what is wrong.
 *
 * <p>An input is frame after frame: an octet for side and time since the one before, the virtio-net
 * header, two for the length, the frame. All vectors are where the search begins.
 */
class PipelineFuzz {
  private static final int[] WAITS_MILLIS = {0, 100, 3_000, 61_000};
  private static final Vector.Side[] SIDES = {
    Vector.Side.CLIENT, Vector.Side.SERVER, Vector.Side.HOST, Vector.Side.CLIENT
  };
  private static final int LARGEST = 65_000;

  static Stream<byte[]> vectors() {
    return HostileTraffic.vectors().map(PipelineFuzz::input);
  }

  private static byte[] input(Vector vector) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    for (Vector.Arrival arrival : vector.arrivals()) {
      byte[] frame = arrival.frame();
      input.write(arrival.side().ordinal());
      input.write(arrival.vnetHeader(), 0, VnetHeader.LENGTH);
      input.write(frame.length >> 8);
      input.write(frame.length);
      input.write(frame, 0, frame.length);
    }
    return input.toByteArray();
  }

  @MethodSource("vectors")
  @FuzzTest
  void framesOfAnyKindDoNoHarm(byte[] input) {
    ByteBuffer octets = ByteBuffer.wrap(input);
    try (Judge judge = new Judge()) {
      while (octets.remaining() > 3 + VnetHeader.LENGTH) {
        int choice = octets.get();
        byte[] vnetHeader = new byte[VnetHeader.LENGTH];
        octets.get(vnetHeader);
        int length = Math.min(octets.getShort() & 0xffff, Math.min(LARGEST, octets.remaining()));
        byte[] frame = new byte[length];
        octets.get(frame);
        judge.lab.nowMillis += WAITS_MILLIS[choice >> 2 & 3];
        Vector.Side side = SIDES[choice & 3];
        judge.watch(new Vector.Arrival(side, frame, vnetHeader));
      }
      judge.settle();
    }
  }
}
