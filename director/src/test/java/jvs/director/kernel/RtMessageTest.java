package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import jvs.route.InterfaceAddress;
import jvs.route.Link;
import jvs.route.Route;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

final class RtMessageTest {
  private final ByteBuffer message = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

  private RtMessage finished() {
    return new RtMessage(message.flip());
  }

  private void attribute(int type, byte... value) {
    message.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    while (message.position() % 4 != 0) {
      message.put((byte) 0);
    }
  }

  private void attribute(int type, int value) {
    message.putShort((short) 8).putShort((short) type).putInt(value);
  }

  private void attribute(int type, String address) {
    attribute(type, IpAddress.parse(address).octets());
  }

  private void rtmsg(int family, int prefixLength, int table, int type, int flags) {
    message.put((byte) family).put((byte) prefixLength).putShort((short) 0);
    message.put((byte) table).put((byte) 3).put((byte) 0).put((byte) type).putInt(flags);
  }

  @Test
  void readsALink() {
    message.putShort((short) 0).putShort((short) 1).putInt(7).putInt(0x1043).putInt(0);
    attribute(3, new byte[] {'e', 't', 'h', '0', 0});
    attribute(1, new byte[] {2, 0, 0, 0, 0, (byte) 0xfe});
    attribute(4, 1500);
    attribute(10, 9);

    assertEquals(
        new Link(7, "eth0", 0x0200_0000_00feL, 1500, true, false, 9, false), finished().link());
  }

  @Test
  void knowsTunnelsByTheirKind() {
    for (String kind : new String[] {"gretap", "erspan", "vxlan", "veth"}) {
      message.clear();
      message.putShort((short) 0).putShort((short) 1).putInt(7).putInt(0x1043).putInt(0);
      attribute(3, new byte[] {'t', '0', 0});
      ByteBuffer info = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
      info.putShort((short) (4 + kind.length() + 1)).putShort((short) 1);
      info.put((kind + "\0").getBytes(StandardCharsets.US_ASCII));
      attribute(18 | 0x8000, Arrays.copyOf(info.array(), info.position()));

      Link link = finished().link();

      assertEquals(!kind.startsWith("v"), link != null && link.isTunnel(), kind);
    }
  }

  @Test
  void takesTheLocalEndOfAPointToPointLink() {
    message.put(new byte[] {2, 32, 0, 0}).putInt(3);
    attribute(1, "10.0.0.1");
    attribute(2, "10.0.0.2");

    assertEquals(
        new InterfaceAddress(3, IpAddress.parse("10.0.0.2"), 32, true),
        finished().interfaceAddress());
  }

  @Test
  void knowsSecondaryAddressesAndLeavesDuplicatesOut() {
    message.put(new byte[] {10, 64, 1, 0}).putInt(3);
    attribute(1, "fd00::1");
    assertEquals(
        new InterfaceAddress(3, IpAddress.parse("fd00::1"), 64, false),
        finished().interfaceAddress());

    message.put(2, (byte) 8);
    assertNull(new RtMessage(message).interfaceAddress());
  }

  @Test
  void readsARouteOfTheMainTable() {
    rtmsg(2, 24, 254, 1, 0);
    attribute(1, "192.0.2.0");
    attribute(4, 5);
    attribute(5, "10.0.0.1");
    attribute(7, "10.0.0.9");
    attribute(6, 100);

    assertEquals(
        new Route(
            IpAddress.parse("192.0.2.0"),
            24,
            Route.UNICAST,
            5,
            IpAddress.parse("10.0.0.1"),
            IpAddress.parse("10.0.0.9"),
            100),
        finished().route());
  }

  @Test
  void takesTheFirstOfSeveralHops() {
    rtmsg(2, 0, 254, 1, 0);
    ByteBuffer hops = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    for (int hop = 1; hop <= 2; hop++) {
      hops.putShort((short) 16).putShort((short) 0).putInt(hop);
      hops.putShort((short) 8).putShort((short) 5).put(new byte[] {10, 0, 0, (byte) hop});
    }
    attribute(9, hops.array());

    assertEquals(
        new Route(IpAddress.v4(0), 0, Route.UNICAST, 1, IpAddress.parse("10.0.0.1"), null, 0),
        finished().route());
  }

  @Test
  void readsAnIpv6GatewayOfAnIpv4Route() {
    rtmsg(2, 0, 254, 1, 0);
    ByteBuffer via = ByteBuffer.allocate(18).order(ByteOrder.nativeOrder()).putShort((short) 10);
    attribute(18, via.put(IpAddress.parse("fe80::1").octets()).array());
    attribute(4, 2);

    assertEquals(
        new Route(IpAddress.v4(0), 0, Route.UNICAST, 2, IpAddress.parse("fe80::1"), null, 0),
        finished().route());
  }

  @Test
  void leavesOtherTablesOutButForLocalAddresses() {
    rtmsg(2, 32, 0, 1, 0);
    attribute(1, "192.0.2.1");
    attribute(15, 1000);
    assertNull(finished().route());

    message.put(7, (byte) Route.LOCAL);
    RtMessage local = new RtMessage(message);
    assertEquals(
        new Route(IpAddress.parse("192.0.2.1"), 32, Route.LOCAL, 0, null, null, 0), local.route());
  }

  @Test
  void leavesCachedRoutesOut() {
    rtmsg(10, 128, 254, 1, 0x200);
    attribute(1, "fd00::1");

    assertNull(finished().route());
  }

  @Test
  void readsNeighboursOfIpOnly() {
    message.putInt(2).putInt(4).putShort((short) 4).putShort((short) 0);
    attribute(1, "10.0.0.7");
    attribute(2, new byte[] {2, 0, 0, 0, 0, 7});
    assertEquals(
        new RtMessage.NeighbourReport(4, IpAddress.parse("10.0.0.7"), 4, 0x0200_0000_0007L),
        finished().neighbour());

    message.put(0, (byte) 7);
    assertNull(new RtMessage(message).neighbour(), "a bridge's forwarding entry");
    message.put(0, (byte) 2).put(10, (byte) 8);
    assertNull(new RtMessage(message).neighbour(), "a proxy entry");
  }

  @Test
  void survivesAnyOctets() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] octets = new byte[random.nextInt(80)];
      random.nextBytes(octets);
      if (octets.length > 24) {
        octets[0] = (byte) (random.nextBoolean() ? 2 : 10);
        octets[12] = (byte) random.nextInt(24);
        octets[13] = 0;
        octets[14] = (byte) random.nextInt(20);
        octets[15] = 0;
      }
      ByteBuffer buffer = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
      try {
        KernelTables.messages(buffer);
        RtMessage message = new RtMessage(buffer);
        message.link();
        message.interfaceAddress();
        message.route();
        message.neighbour();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + i, e);
      }
    }
  }
}
