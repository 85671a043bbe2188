package jvs.forwarders;

import java.util.List;
import java.util.stream.Stream;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fragments of every evil kind, each with its verdict. */
class HostileFragmentVectorsTest {
  private static final byte[] WHOLE =
      Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(792).udp();
  private static final byte[] SENT =
      Frames.routed().to(TestDirector.SERVER, 5353).dontFragment(false).payload(792).udp();
  private static final byte[] FIRST = Frames.fragment(WHOLE, 0, 400, true);
  private static final byte[] LAST = Frames.fragment(WHOLE, 400, 800, false);

  static Stream<Vector> vectors() {
    return Stream.of(single(), pairs(), v6(), List.of(tiny(), late(), scattered(), giant()))
        .flatMap(List::stream);
  }

  private static List<Vector> single() {
    return List.of(
        Vector.nat("empty", Frames.fragment(WHOLE, 8, 8, true), "fragment_invalid"),
        Vector.nat("empty and last", Frames.fragment(WHOLE, 8, 8, false), "fragment_invalid"),
        Vector.nat("odd", Frames.fragment(WHOLE, 0, 399, true), "fragment_invalid"),
        Vector.nat("ping of death", Frames.placed(FIRST, 65_528, false), "fragment_invalid"),
        Vector.nat("65516 bytes", Frames.placed(cut(4), 65_512, false), "fragment_invalid"),
        Vector.nat("65515 bytes", Frames.placed(cut(3), 65_512, false), "consumed"),
        Vector.nat("fragments of another protocol wait, too", unknown(), "consumed"),
        Vector.nat("first without its ports", Frames.fragment(WHOLE, 0, 8, true), "consumed"));
  }

  private static byte[] cut(int bytes) {
    return Frames.fragment(WHOLE, 0, bytes, false);
  }

  private static byte[] unknown() {
    return Frames.lying(FIRST, Frames.IP + 9, 99);
  }

  private static Vector pair(String name, byte[] first, byte[] second, String verdict) {
    return Vector.nat(name, first, "consumed").fromClient(second).ends(verdict);
  }

  private static List<Vector> pairs() {
    byte[] inside = Frames.fragment(WHOLE, 80, 160, true);
    byte[] shorter = Frames.fragment(WHOLE, 400, 792, false);
    byte[] behind = Frames.placed(FIRST, 800, true);
    byte[] dontFragment = Frames.lying(FIRST, Frames.IP + 6, 0x60, 0);
    byte[] sentFirst = Frames.fragment(SENT, 0, 400, true);
    byte[] sentLast = Frames.fragment(SENT, 400, 800, false);
    return List.of(
        pair(
            "overlap at the end",
            FIRST,
            Frames.fragment(WHOLE, 392, 800, false),
            "fragment_overlap"),
        pair(
            "overlap at the start", LAST, Frames.fragment(WHOLE, 0, 408, true), "fragment_overlap"),
        pair("overlap around", inside, FIRST, "fragment_overlap"),
        pair("teardrop", FIRST, inside, "fragment_duplicate"),
        pair("the same twice", FIRST, FIRST, "fragment_duplicate"),
        pair(
            "the same place with other bytes",
            FIRST,
            Frames.with(FIRST, 50, 1),
            "fragment_duplicate"),
        pair("a second end before the first", LAST, shorter, "fragment_overlap"),
        pair("more behind the end", LAST, behind, "fragment_overlap"),
        pair("another identification", FIRST, Frames.lying(LAST, Frames.IP + 4, 9), "consumed"),
        pair("another source", FIRST, Frames.lying(LAST, Frames.IP + 12, 9), "consumed"),
        pair("DF in a fragment", dontFragment, LAST, "forwarded").toServer(sentFirst, sentLast),
        pair("the end first", LAST, FIRST, "forwarded").toServer(sentFirst, sentLast),
        pair(
                "overlap ends the datagram",
                FIRST,
                Frames.fragment(WHOLE, 8, 800, false),
                "fragment_overlap")
            .fromClient(LAST)
            .ends("consumed"));
  }

  /** The first fragment cuts TCP's header in the middle of its flags' word. */
  private static Vector tiny() {
    byte[] whole = Frames.request().dontFragment(false).tcp(TcpHeader.SYN);
    byte[] sent =
        Frames.routed().to(TestDirector.SERVER, 8080).dontFragment(false).tcp(TcpHeader.SYN);
    return Vector.nat("tiny", Frames.fragment(whole, 0, 8, true), "consumed")
        .fromClient(Frames.fragment(whole, 8, 20, false))
        .ends("forwarded")
        .toServer(
            Frames.fragment(sent, 0, 8, true),
            Frames.fragment(sent, 8, 16, true),
            Frames.fragment(sent, 16, 20, false));
  }

  /** The same over IPv6, and what only IPv6 has. */
  private static List<Vector> v6() {
    byte[] whole = Frames.requestV6().to(TestDirector.VIP_V6, 53).payload(792).udp();
    byte[] first = Frames.fragmentV6(whole, 1, 0, 400, true);
    byte[] last = Frames.fragmentV6(whole, 1, 400, 800, false);
    byte[] around = Frames.fragmentV6(whole, 1, 392, 800, false);
    byte[] within = Frames.fragmentV6(whole, 1, 80, 160, true);
    byte[] shorter = Frames.fragmentV6(whole, 1, 400, 792, false);
    int[] long264 = new int[264];
    long264[1] = 32;
    return List.of(
        Vector.nat("IPv6, empty", Frames.fragmentV6(whole, 1, 8, 8, true), "fragment_invalid"),
        Vector.nat("IPv6, odd", Frames.fragmentV6(whole, 1, 0, 399, true), "fragment_invalid"),
        Vector.nat(
            "IPv6, ports in the second", Frames.fragmentV6(whole, 1, 0, 8, true), "consumed"),
        Vector.nat("IPv6, beyond 65535 bytes", far(first, 65_528), "fragment_invalid"),
        Vector.nat("IPv6, long headers", Frames.extended(first, 60, long264), "fragment_invalid"),
        Vector.nat(
            "IPv6, fragment of a fragment", Frames.extended(first, 44, octets()), "fragment"),
        pair("IPv6, overlap at the end", first, around, "fragment_overlap"),
        pair("IPv6, teardrop", first, within, "fragment_duplicate"),
        pair("IPv6, the same twice", first, first, "fragment_duplicate"),
        pair("IPv6, a second end", last, shorter, "fragment_overlap"),
        pair("IPv6, another source", first, Frames.with(last, Frames.IP + 23, 9), "consumed"),
        pair(
            "IPv6, other identification",
            first,
            Frames.fragmentV6(whole, 2, 400, 800, false),
            "consumed"));
  }

  private static int[] octets() {
    return new int[] {44, 0, 0, 0, 0, 0, 0, 9};
  }

  /** A last IPv6 fragment at another place. */
  private static byte[] far(byte[] fragment, int offset) {
    return Frames.with(fragment, Frames.TRANSPORT_V6 + 2, offset >> 8, offset);
  }

  private static Vector late() {
    return Vector.nat("late", FIRST, "consumed")
        .then(lab -> lab.nowMillis += 30_000)
        .toClient(Frames.toldClient(TestDirector.VIP, 11, 1, 0, FIRST))
        .fromClient(LAST)
        .ends("consumed");
  }

  /** Pieces with holes between them, more than are kept track of. */
  private static Vector scattered() {
    Vector vector = Vector.nat("scattered", Frames.placed(FIRST, 0, true), "consumed");
    byte[] piece = Frames.fragment(WHOLE, 0, 8, true);
    for (int i = 1; i < 64; i++) {
      vector.fromClient(Frames.placed(piece, 400 + 16 * i, true)).ends("consumed");
    }
    return vector.fromClient(Frames.placed(piece, 400 + 16 * 64, true)).ends("fragment_invalid");
  }

  /** Fits without its first fragment's options only. */
  private static Vector giant() {
    byte[] large =
        Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(65_472).udp();
    int[] options = new int[40];
    java.util.Arrays.fill(options, 1);
    byte[] first = Frames.options(Frames.fragment(large, 0, 32_000, true), options);
    return Vector.nat("too long with its options", first, "consumed")
        .fromClient(Frames.fragment(large, 32_000, 65_480, false))
        .ends("fragment_invalid");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void eachHasItsVerdict(Vector vector) {
    vector.run();
  }
}
