package jvs.forwarders;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import jvs.wire.FrameBuilder;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;

/** Frames of all the vectors, changed by lot: a few octets, lengths, cuts, two frames in one. */
final class HostileTraffic {
  private static final int LONGEST_SEED = 4096;
  private static final int IP = Frames.IP;
  private static final Vector.Side[] SIDES = Vector.Side.values();

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
            HostileFragmentVectorsTest.vectors(),
            FullNatVectorsTest.vectors(),
            IntroductionVectorsTest.vectors(),
            HostileTraffic.helpers())
        .flatMap(each -> each);
  }

  private static List<Vector.Arrival> seeds() {
    List<Vector.Arrival> seeds = new ArrayList<>();
    vectors().forEach(vector -> seeds.addAll(vector.arrivals()));
    seeds.removeIf(seed -> seed.frame().length > LONGEST_SEED);
    for (int i = 0; i < 4; i++) {
      seeds.addAll(conversations(false));
      seeds.addAll(conversations(true));
    }
    for (int port = 80; port < 98; port++) {
      byte[] reply = Frames.packet(Frames.answered().from(TestDirector.VIP, port).tcp(16));
      for (int i = 0; i < 4; i++) {
        seeds.add(fromClient(Frames.request().to(TestDirector.VIP, port).payload(9).tcp(2)));
        seeds.add(fromClient(Frames.requestV6().to(TestDirector.VIP_V6, port).tcp(2)));
        seeds.add(fromClient(Frames.request().to(TestDirector.VIP, port).tcp(TcpHeader.ACK)));
        seeds.add(fromClient(Frames.icmp(Frames.request(), 3, 4, 1000, reply)));
        seeds.add(fromHost(port));
      }
    }
    return seeds;
  }

  /** Talk that FTP's helper and SIP's persistence read, and a program's of this host. */
  private static Stream<Vector> helpers() {
    Vector ftp = Vector.of("ftp");
    FrameBuilder request = Frames.request().to(TestDirector.VIP, 21);
    FrameBuilder reply = Frames.reply(21);
    for (int i = 0; i < 4; i++) {
      ftp.fromClient(request.tcp(TcpHeader.SYN))
          .fromServer(reply.tcp(Frames.SYN_ACK))
          .fromClient(request.tcp(TcpHeader.ACK))
          .fromClient(request.text("PASV\r\n").tcp(TcpHeader.ACK))
          .fromServer(reply.text("227 Hello (10,1,0,1,200,10).\r\n").tcp(TcpHeader.ACK))
          .fromClient(request.text("EPSV\r\n").tcp(TcpHeader.ACK))
          .fromServer(reply.text("229 Hello (|||6446|)\r\n").tcp(TcpHeader.ACK))
          .fromClient(request.text("PORT 192,0,2,7,100,10\r\n").tcp(TcpHeader.ACK))
          .fromClient(request.text("EPRT |1|192.0.2.7|25610|\r\n").tcp(TcpHeader.ACK));
    }
    Vector data = Vector.of("ftp's data");
    data.fromClient(Frames.request().to(TestDirector.VIP, 51210).tcp(TcpHeader.SYN))
        .fromServer(Frames.reply(20).to(TestDirector.CLIENT, 25610).tcp(TcpHeader.SYN));
    Vector sip = Vector.of("sip");
    FrameBuilder call = Frames.request().to(TestDirector.VIP, 5060);
    sip.fromClient(call.text("INVITE sip:a@b SIP/2.0\r\nCall-ID: abc@host\r\n\r\n").udp())
        .fromClient(call.text("ACK sip:a@b SIP/2.0\r\ni: def\r\n\r\n").udp())
        .fromServer(Frames.reply(5060).text("SIP/2.0 200 OK\r\ni: def\r\n\r\n").udp());
    return Stream.of(ftp, data, sip);
  }

  /** Services' requests and replies as they ought to be. */
  private static List<Vector.Arrival> conversations(boolean isV6) {
    FrameBuilder request = isV6 ? Frames.requestV6() : Frames.request();
    String vip = isV6 ? TestDirector.VIP_V6 : TestDirector.VIP;
    String server = isV6 ? TestDirector.SERVER_V6 : TestDirector.SERVER;
    String client = isV6 ? TestDirector.CLIENT_V6 : TestDirector.CLIENT;
    String local = isV6 ? FullNatVectorsTest.LOCAL_V6 : FullNatVectorsTest.LOCAL;
    List<Vector.Arrival> seeds = new ArrayList<>();
    for (int port : List.of(53, 54, 5060)) {
      seeds.add(fromClient(request.to(vip, port).text("a\r\ni: b\r\n\r\n").udp()));
    }
    for (int port : List.of(21, 80, 86, 87)) {
      seeds.add(fromClient(request.to(vip, port).payload(0).tcp(TcpHeader.SYN)));
      seeds.add(fromClient(request.numbers(1001, 1001).payload(9).tcp(TcpHeader.ACK)));
    }
    seeds.add(fromClient(Frames.sctp(request.to(vip, 80), 1, 0, 0, 4)));
    FrameBuilder reply = Frames.reply(0).to(client, 40000);
    seeds.add(fromServer(Frames.sctp(reply.from(server, 8080), 2, 0, 0, 4)));
    for (int port : List.of(5353, 5060)) {
      seeds.add(fromServer(reply.from(server, port).payload(9).udp()));
    }
    for (int port : List.of(21, 8080)) {
      seeds.add(fromServer(reply.from(server, port).payload(0).tcp(Frames.SYN_ACK)));
    }
    for (int i = 0; i < 16; i++) {
      reply.to(local, FullNatVectorsTest.PORT + i);
      seeds.add(fromServer(reply.from(server, 8086).payload(0).tcp(Frames.SYN_ACK)));
      seeds.add(fromServer(reply.from(server, 8087).payload(0).tcp(Frames.SYN_ACK)));
      seeds.add(fromServer(reply.from(server, 5354).payload(9).udp()));
    }
    return seeds;
  }

  private static Vector.Arrival fromServer(byte[] frame) {
    return Vector.Arrival.complete(Vector.Side.SERVER, frame);
  }

  private static Vector.Arrival fromClient(byte[] frame) {
    return Vector.Arrival.complete(Vector.Side.CLIENT, frame);
  }

  private static Vector.Arrival fromHost(int port) {
    FrameBuilder reply =
        new FrameBuilder()
            .macs(TestDirector.HOST_MAC, TestDirector.UNUSED_SIDE_MAC)
            .from(Judge.OWN, port)
            .to(TestDirector.CLIENT, 40000);
    return Vector.Arrival.complete(Vector.Side.HOST, reply.payload(7).tcp(Frames.SYN_ACK));
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
    Vector.Side side = random.nextInt(50) == 0 ? SIDES[random.nextInt(3)] : seed.side();
    byte[] vnetHeader = seed.vnetHeader();
    switch (random.nextInt(16)) {
      case 0 -> vnetHeader = unfinish(frame);
      case 1 -> vnetHeader = lie(vnetHeader.clone());
      default -> {}
    }
    return new Vector.Arrival(side, frame, vnetHeader);
  }

  /** Leaves the transport checksum to the card; as it often is between virtual machines. */
  private static byte[] unfinish(byte[] frame) {
    ParsedFrame parsed = ParsedFrame.of(frame);
    return parsed != null && parsed.isRight() ? parsed.unfinish() : new byte[VnetHeader.LENGTH];
  }

  private byte[] lie(byte[] vnetHeader) {
    int[] types = {0, 1, 3, 4, 5, 0x81, 0xff};
    vnetHeader[0] = (byte) random.nextInt(4);
    vnetHeader[1] = (byte) types[random.nextInt(types.length)];
    for (int i = 2; i < vnetHeader.length; i += 2) {
      vnetHeader[i] = (byte) random.nextInt();
      vnetHeader[i + 1] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : 0);
    }
    return vnetHeader;
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
