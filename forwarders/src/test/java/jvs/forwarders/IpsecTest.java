package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.Checksum;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ESP and AH follow the connection of ISAKMP between the same two. */
class IpsecTest {
  private static final ServiceKey ISAKMP =
      ServiceKey.of(ServiceKey.UDP, IpAddress.parse(TestDirector.VIP), 500);
  private static final int FRAGMENT_OFFSET_8 = 0x0001;

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  /** A UDP frame turned into one of another protocol, its octets behind the IP header untouched. */
  private static byte[] as(int protocol, int fragment, byte[] udp) {
    byte[] frame = udp.clone();
    frame[23] = (byte) protocol;
    frame[20] = (byte) (fragment >> 8);
    frame[21] = (byte) fragment;
    frame[24] = 0;
    frame[25] = 0;
    long sum = 0;
    for (int i = 14; i < 34; i += 2) {
      sum += (frame[i] & 0xff) << 8 | (frame[i + 1] & 0xff);
    }
    int checksum = Checksum.finish(sum);
    frame[24] = (byte) (checksum >> 8);
    frame[25] = (byte) checksum;
    return frame;
  }

  private static FrameBuilder request() {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, 500)
        .to(TestDirector.VIP, 500)
        .payload(40);
  }

  private static FrameBuilder reply() {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC)
        .from(TestDirector.SERVER, 500)
        .to(TestDirector.CLIENT, 500)
        .payload(40);
  }

  /** The frame with other addresses and a lower TTL, everything behind the IP header as it was. */
  private static byte[] moved(byte[] frame, FrameBuilder header) {
    byte[] moved = frame.clone();
    byte[] to = header.timeToLive(63).udp();
    System.arraycopy(to, 0, moved, 0, 12);
    System.arraycopy(to, 22, moved, 22, 1);
    System.arraycopy(to, 26, moved, 26, 8);
    return as(frame[23], (frame[20] & 0xff) << 8 | (frame[21] & 0xff), moved);
  }

  private static FrameBuilder atServer(int method) {
    return request()
        .macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC)
        .to(method == ServerSpec.MASQ ? TestDirector.SERVER : TestDirector.VIP, 500);
  }

  private List<Long> timers() {
    List<Long> seconds = new ArrayList<>();
    lab.director.connections(row -> seconds.add(row.expiresSeconds()));
    return seconds;
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 51})
  void followsToTheServerOfIsakmpAndBack(int protocol) {
    lab.serve(ISAKMP, ServerSpec.MASQ, 500);
    lab.fromClient(request().udp());
    lab.nowMillis += 20_000;
    assertEquals(List.of(280L), timers());

    byte[] frame = as(protocol, 0, request().udp());
    List<byte[]> sent = lab.fromClient(frame);
    assertEquals(1, sent.size());
    assertArrayEquals(moved(frame, atServer(ServerSpec.MASQ)), sent.get(0));
    assertEquals(List.of(300L), timers());

    byte[] answer = as(protocol, 0, reply().udp());
    List<byte[]> answered = lab.fromServer(answer);
    assertEquals(1, answered.size());
    FrameBuilder atClient =
        reply()
            .macs(TestDirector.CLIENT_SIDE_MAC, TestDirector.ROUTER_MAC)
            .from(TestDirector.VIP, 500);
    assertArrayEquals(moved(answer, atClient), answered.get(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {ServerSpec.MASQ, ServerSpec.ROUTE})
  void doesNotWaitForTheRestOfAFragmentedPacket(int method) {
    lab.serve(ISAKMP, method, 500);
    lab.fromClient(request().udp());

    byte[] frame = as(50, FRAGMENT_OFFSET_8, request().udp());
    List<byte[]> sent = lab.fromClient(frame);

    assertEquals(1, sent.size());
    assertArrayEquals(moved(frame, atServer(method)), sent.get(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 51})
  void neverOpensAConnection(int protocol) {
    lab.serve(ISAKMP, ServerSpec.MASQ, 500);

    assertEquals(0, lab.fromClient(as(protocol, 0, request().udp())).size());

    assertEquals(List.of(), timers());
    assertEquals(1, lab.counted("passed"));
  }
}
