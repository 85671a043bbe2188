package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import jvs.service.ServerSpec;
import jvs.wire.FrameBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** IPv4 fragments in, fragments out. */
class FragmentsTest {
  private static final int IP = 14;
  private static final int PAYLOAD = 34;
  private static final int MORE = 0x20;

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  private static FrameBuilder request() {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, 40000)
        .to(TestDirector.VIP, 53)
        .dontFragment(false);
  }

  private static FrameBuilder atServer() {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC)
        .from(TestDirector.CLIENT, 40000)
        .to(TestDirector.SERVER, 5353)
        .timeToLive(63)
        .dontFragment(false);
  }

  /** The piece of a datagram from payload byte {@code from} to {@code to}. */
  private static byte[] piece(byte[] whole, int from, int to) {
    byte[] piece = Arrays.copyOf(whole, PAYLOAD + to - from);
    System.arraycopy(whole, PAYLOAD + from, piece, PAYLOAD, to - from);
    int length = piece.length - IP;
    piece[16] = (byte) (length >> 8);
    piece[17] = (byte) length;
    int offset = from / 8;
    piece[20] = (byte) (offset >> 8 | (PAYLOAD + to < whole.length ? MORE : 0));
    piece[21] = (byte) offset;
    piece[24] = 0;
    piece[25] = 0;
    int sum = 0;
    for (int i = IP; i < PAYLOAD; i += 2) {
      sum += (piece[i] & 0xff) << 8 | (piece[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    piece[24] = (byte) (sum >> 8);
    piece[25] = (byte) sum;
    return piece;
  }

  private static List<byte[]> pieces(byte[] whole, int size) {
    List<byte[]> pieces = new ArrayList<>();
    int length = whole.length - PAYLOAD;
    for (int from = 0; from < length; from += size) {
      pieces.add(piece(whole, from, Math.min(from + size, length)));
    }
    return pieces;
  }

  private List<byte[]> send(List<byte[]> frames) {
    List<byte[]> sent = new ArrayList<>();
    frames.forEach(frame -> sent.addAll(lab.fromClient(frame)));
    return sent;
  }

  private static void assertFrames(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }

  @Test
  void keepsDatagramsOfOneBurstApart() {
    lab.serve(TestDirector.UDP, ServerSpec.TUNNEL, 53);
    for (int i = 1; i <= 5; i++) {
      byte[] datagram = request().payload(800).udp();
      datagram[19] = (byte) i;
      Arrays.fill(datagram, datagram.length - 300, datagram.length, (byte) i);
      pieces(datagram, 400).forEach(lab.clientSide::inject);
    }

    lab.worker.doWork();

    List<byte[]> sent = lab.serverSide.drain();
    List<Integer> lastOctets = new ArrayList<>();
    sent.forEach(frame -> lastOctets.add((int) frame[frame.length - 1]));
    List<Integer> markers = lastOctets.stream().filter(octet -> octet <= 5).distinct().toList();
    assertEquals(List.of(1, 2, 3, 4, 5), markers);
    assertEquals(5, lab.counted("forwarded"));
  }

  @Test
  void putsFragmentsTogetherInAnyOrderAndSendsThemAsLargeAsTheyCame() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    long seed = 4;
    Random random = new Random(seed);

    for (int i = 0; i < 50; i++) {
      byte[] datagram = request().payload(3000).udp();
      datagram[19] = (byte) i;
      List<byte[]> fragments = pieces(datagram, 8 * (1 + random.nextInt(180)));
      Collections.shuffle(fragments, random);

      byte[] expected = atServer().payload(3000).udp();
      expected[19] = (byte) i;
      int size = fragments.stream().mapToInt(one -> one.length - PAYLOAD).max().orElseThrow();
      assertFrames(pieces(expected, size), send(fragments));
    }
    assertEquals(50, lab.counted("forwarded"));
  }

  @Test
  void fragmentsTheOuterPacketOfATunnel() {
    lab.serve(TestDirector.UDP, ServerSpec.of(ServerSpec.TUNNEL, 1), 53);

    List<byte[]> sent = lab.fromClient(request().payload(1472).udp());

    assertEquals(List.of(IP + 1500, IP + 20 + 20), sent.stream().map(one -> one.length).toList());
    assertEquals(1, lab.counted("forwarded"));
  }

  @Test
  void givesUpDatagramsThatContradictThemselves() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] datagram = request().payload(792).udp();

    assertEquals(List.of(), send(List.of(piece(datagram, 0, 400), piece(datagram, 392, 800))));
    assertEquals(1, lab.counted("fragment_overlap"));

    byte[] first = piece(datagram, 0, 400);
    assertEquals(List.of(), send(List.of(first, first)));
    assertEquals(1, lab.counted("fragment_duplicate"));
    assertEquals(2, send(List.of(piece(datagram, 400, 800))).size());
  }

  @Test
  void dropsImpossibleFragments() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] datagram = request().payload(792).udp();

    byte[] odd = piece(datagram, 0, 401);
    byte[] empty = piece(datagram, 8, 8);
    assertEquals(List.of(), send(List.of(odd, empty)));
    assertEquals(2, lab.counted("fragment_invalid"));
    assertEquals(0, lab.counted("forwarded"));
  }

  @Test
  void forgetsTheOldestDatagramAndLateOnes() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] late = request().payload(792).udp();
    lab.fromClient(piece(late, 0, 400));
    lab.nowMillis += 30_000;
    assertEquals(List.of(), lab.fromClient(piece(late, 400, 800)));

    for (int i = 0; i < 1000; i++) {
      byte[] begun = request().payload(792).udp();
      begun[18] = (byte) (i >> 8);
      begun[19] = (byte) i;
      lab.fromClient(piece(begun, 0, 400));
    }
    byte[] whole = request().payload(792).udp();
    assertEquals(2, send(pieces(whole, 400)).size());
    assertEquals(1003, lab.counted("consumed"));
  }

  @Test
  void tellsTheClientOfDatagramsWhoseFirstFragmentStaysAlone() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] datagram = request().payload(1992).udp();
    byte[] first = piece(datagram, 0, 400);
    byte[] other = request().payload(792).udp();
    other[19]++;
    send(List.of(piece(datagram, 400, 800), first, piece(other, 400, 800)));

    lab.nowMillis += 29_999;
    lab.worker.doWork();
    assertEquals(0, lab.clientSide.drain().size());
    lab.nowMillis += 1;
    lab.worker.doWork();

    assertFrames(
        List.of(Frames.toldClient(TestDirector.VIP, 11, 1, 0, first)), lab.clientSide.drain());
    assertEquals(3, lab.counted("consumed"));
  }

  @Test
  void keepsNewsOfCongestionInOneFragmentAndDropsLies() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] datagram = request().payload(792).udp();
    byte[] capable = Frames.lying(piece(datagram, 0, 400), IP + 1, 2);
    byte[] congested = Frames.lying(piece(datagram, 400, 800), IP + 1, 3);
    byte[] incapable = piece(datagram, 400, 800);

    List<byte[]> sent = send(List.of(capable, congested));
    assertEquals(List.of(3, 3), sent.stream().map(frame -> (int) frame[IP + 1]).toList());
    assertEquals(List.of(), send(List.of(capable, incapable)));
    assertEquals(1, lab.counted("fragment_invalid"));
  }

  @Test
  void survivesRandomFragments() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    long seed = 20261121;
    Random random = new Random(seed);
    byte[] datagram = request().payload(2000).udp();

    for (int i = 0; i < 20_000; i++) {
      int from = 8 * random.nextInt(240);
      int to = Math.min(2008, from + 8 * random.nextInt(30));
      byte[] fragment = piece(datagram, from, to);
      fragment[19] = (byte) random.nextInt(4);
      lab.fromClient(piece(fragment, 0, to - from));
      lab.fromClient(piece(datagram, from, to));
    }
    assertEquals(0, lab.counted("internal_error"), "seed " + seed);
  }
}
