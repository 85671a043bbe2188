package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jvs.engine.DirectorOptions;
import jvs.route.NeighbourTable;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.Test;

/** Frames with a few octets changed, cut anywhere: each has its ending, none breaks anything. */
class HostileFramesTest {
  private static final int ROUNDS = 100_000;
  private static final int IP = 14;

  private static FrameBuilder to(String address, int port) {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, 40000)
        .to(address, port);
  }

  private static void serve(TestDirector lab, int type, int flags, int port) {
    ServiceKey tcp = ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP), port);
    ServerSpec server = new ServerSpec(ServerSpec.TUNNEL, 1, 0, 0, type, 6080, flags);
    lab.serve(tcp, server, port);
  }

  /** One good frame of each kind, errors about connections and tunnels among them. */
  private static List<byte[]> seeds(TestDirector lab) {
    List<byte[]> seeds = new ArrayList<>();
    for (int port = 80; port <= 84; port++) {
      seeds.add(to(TestDirector.VIP, port).payload(40).tcp(TcpHeader.SYN));
      List<byte[]> sent = lab.fromClient(seeds.getLast());
      byte[] reply =
          new FrameBuilder()
              .from(TestDirector.VIP, port)
              .to(TestDirector.CLIENT, 40000)
              .tcp(TcpHeader.ACK);
      seeds.add(error(TestDirector.VIP, reply));
      seeds.add(error("10.1.0.254", sent.get(0)));
    }
    byte[] sctp = to(TestDirector.VIP, 80).payload(60).udp();
    sctp[23] = (byte) 132;
    seeds.add(sctp);
    seeds.add(to(TestDirector.VIP, 53).payload(100).dontFragment(false).udp());
    return seeds;
  }

  private static byte[] error(String destination, byte[] about) {
    byte[] frame = to(destination, 0).payload(about.length - IP).udp();
    frame[23] = 1;
    Arrays.fill(frame, 34, 42, (byte) 0);
    frame[34] = 3;
    frame[35] = 4;
    System.arraycopy(about, IP, frame, 42, about.length - IP);
    return frame;
  }

  private static void fixChecksums(byte[] frame, Random random) {
    int headerLength = (frame[IP] & 15) * 4;
    if (frame.length >= IP + Math.max(20, headerLength)) {
      putChecksum(frame, 24, IP, IP + headerLength);
      if (frame[23] == 1 && frame.length >= IP + headerLength + 8 && random.nextInt(4) > 0) {
        putChecksum(frame, IP + headerLength + 2, IP + headerLength, frame.length);
      }
    }
  }

  private static void putChecksum(byte[] frame, int field, int from, int to) {
    frame[field] = 0;
    frame[field + 1] = 0;
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += (frame[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame[field] = (byte) (sum >> 8);
    frame[field + 1] = (byte) sum;
  }

  private static void introduce(TestDirector lab) {
    NeighbourTable neighbours = lab.director.neighbours();
    IpAddress server = IpAddress.parse(TestDirector.SERVER);
    neighbours.learn(2, server, TestDirector.SERVER_MAC, lab.nowMillis, false);
    IpAddress router = IpAddress.parse("10.0.0.254");
    neighbours.learn(1, router, TestDirector.ROUTER_MAC, lab.nowMillis, false);
  }

  @Test
  void everyFrameHasItsEnding() {
    long seed = 42;
    Random random = new Random(seed);
    try (TestDirector lab = new TestDirector(new DirectorOptions(10_000, false, false, 1, 8, 12))) {
      lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
      lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
      serve(lab, ServerSpec.TUNNEL_IPIP, 0, 81);
      serve(lab, ServerSpec.TUNNEL_GRE, ServerSpec.TUNNEL_CHECKSUM, 82);
      serve(lab, ServerSpec.TUNNEL_GUE, 0, 83);
      serve(lab, ServerSpec.TUNNEL_GUE, ServerSpec.TUNNEL_CHECKSUM, 84);
      lab.director.settings().schedulesIcmp = true;
      lab.director.settings().isSloppySctp = true;
      List<byte[]> seeds = seeds(lab);
      for (int i = 0; i < ROUNDS; i++) {
        byte[] frame = seeds.get(random.nextInt(seeds.size())).clone();
        for (int changes = random.nextInt(4); changes > 0; changes--) {
          frame[IP + random.nextInt(frame.length - IP)] = (byte) random.nextInt();
        }
        if (random.nextInt(4) == 0) {
          frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
          if (frame.length > 18 && random.nextBoolean()) {
            frame[16] = (byte) (frame.length - IP >> 8);
            frame[17] = (byte) (frame.length - IP);
          }
        }
        if (frame.length > IP) {
          fixChecksums(frame, random);
        }
        lab.fromClient(frame);
        lab.clientSide.drain();
        lab.nowMillis += random.nextInt(20);
        introduce(lab);
      }
      lab.nowMillis += 10_000;
      lab.worker.doWork();
      assertEquals(0, lab.counted("internal_error"), "seed " + seed);
      assertEquals(true, lab.counted("forwarded") > ROUNDS / 10, "most are nearly good");
    }
  }
}
