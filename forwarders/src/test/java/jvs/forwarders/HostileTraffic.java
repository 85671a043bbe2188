package jvs.forwarders;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jvs.wire.TcpHeader;

/** Frames of all the vectors, changed by lot: a few octets, lengths, cuts, two frames in one. */
final class HostileTraffic {
  private static final int LONGEST_SEED = 4096;
  private static final int IP = Frames.IP;

  private final Random random;
  private final List<Vector.Arrival> seeds = seeds();

  HostileTraffic(Random random) {
    this.random = random;
  }

  /** What comes in in all vectors. */
  static Stream<Vector> vectors() {
    return Stream.of(
            MasqueradingVectorsTest.vectors(),
            GatewayingVectorsTest.vectors(),
            TunnellingVectorsTest.vectors(),
            DropReasonVectorsTest.vectors(),
            HostileVectorsTest.vectors(),
            HostileVectorsTest.addresses(),
            HostileTransportVectorsTest.vectors(),
            HostileFragmentVectorsTest.vectors())
        .flatMap(each -> each);
  }

  private static List<Vector.Arrival> seeds() {
    List<Vector.Arrival> seeds = new ArrayList<>();
    vectors().forEach(vector -> seeds.addAll(vector.arrivals()));
    seeds.removeIf(seed -> seed.frame().length > LONGEST_SEED);
    for (int port = 80; port < 96; port++) {
      byte[] reply = Frames.packet(Frames.answered().from(TestDirector.VIP, port).tcp(16));
      for (int i = 0; i < 4; i++) {
        seeds.add(fromClient(Frames.request().to(TestDirector.VIP, port).payload(9).tcp(2)));
        seeds.add(fromClient(Frames.requestV6().to(TestDirector.VIP_V6, port).tcp(2)));
        seeds.add(fromClient(Frames.request().to(TestDirector.VIP, port).tcp(TcpHeader.ACK)));
        seeds.add(fromClient(Frames.icmp(Frames.request(), 3, 4, 1000, reply)));
      }
    }
    return seeds;
  }

  private static Vector.Arrival fromClient(byte[] frame) {
    return new Vector.Arrival(true, frame);
  }

  /** The next frame. */
  Vector.Arrival next() {
    Vector.Arrival seed = seeds.get(random.nextInt(seeds.size()));
    byte[] frame = seed.frame().clone();
    for (int changes = random.nextInt(4); changes > 0 && frame.length > IP; changes--) {
      frame = changed(frame);
    }
    if (random.nextInt(4) > 0) {
      fixChecksums(frame);
    }
    return new Vector.Arrival(random.nextInt(50) == 0 ^ seed.isFromClient(), frame);
  }

  private byte[] changed(byte[] frame) {
    int at = IP + random.nextInt(frame.length - IP);
    switch (random.nextInt(8)) {
      case 0 -> frame[at] = (byte) random.nextInt();
      case 1 -> frame[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> frame[random.nextInt(Math.min(frame.length, 64))] = (byte) random.nextInt();
      case 3 -> {
        return Arrays.copyOf(frame, random.nextInt(frame.length + 1));
      }
      case 4 -> {
        byte[] cut = Arrays.copyOf(frame, IP + random.nextInt(frame.length - IP + 1));
        return sized(cut);
      }
      case 5 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size())).frame();
        int length = Math.min(other.length, frame.length - at);
        System.arraycopy(other, random.nextInt(other.length - length + 1), frame, at, length);
      }
      case 6 -> {
        int[] extremes = {0, 1, 0x7f, 0x80, 0xff};
        frame[at] = (byte) extremes[random.nextInt(extremes.length)];
      }
      default -> frame[at] += (byte) (random.nextBoolean() ? 1 : -1);
    }
    return frame;
  }

  /** With length fields that say how long it is. */
  private static byte[] sized(byte[] frame) {
    if (frame.length >= IP + 20 && frame[IP] >> 4 == 4) {
      frame[16] = (byte) (frame.length - IP >> 8);
      frame[17] = (byte) (frame.length - IP);
    } else if (frame.length >= IP + 40) {
      frame[18] = (byte) (frame.length - Frames.TRANSPORT_V6 >> 8);
      frame[19] = (byte) (frame.length - Frames.TRANSPORT_V6);
    }
    return frame;
  }

  /** Right sums where there is room for them, so that frames get far. */
  private void fixChecksums(byte[] frame) {
    if (frame.length < IP + 20 || frame[12] != 8 || frame[13] != 0) {
      return;
    }
    Frames.summed(frame);
    int transport = IP + (frame[IP] & 15) * 4;
    int end = IP + ((frame[16] & 0xff) << 8 | frame[17] & 0xff);
    if (random.nextInt(4) == 0 || end > frame.length || end < transport + 20) {
      return;
    }
    int pseudo = Frames.sum(frame, IP + 12, IP + 20) + frame[23] + end - transport;
    switch (frame[23]) {
      case 1 -> Frames.putChecksum(frame, transport + 2, transport, end);
      case 6 -> Frames.putChecksum(frame, transport + 16, transport, end, pseudo);
      case 17 -> Frames.putChecksum(frame, transport + 6, transport, end, pseudo);
      default -> {}
    }
  }
}
