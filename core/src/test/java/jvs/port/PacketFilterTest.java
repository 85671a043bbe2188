package jvs.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PacketFilterTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int OTHERHOST = 3;
  private static final int MORE_FRAGMENTS = 0x2000;

  private static Endpoint endpoint(String address, int protocol, int port) {
    return new Endpoint(IpAddress.parse(address), protocol, port);
  }

  private static final FilterRules RULES =
      new FilterRules(
          Set.of(
              endpoint("192.0.2.1", TCP, 80),
              endpoint("192.0.2.1", TCP, 443),
              endpoint("192.0.2.1", UDP, 53),
              endpoint("192.0.2.2", UDP, 0),
              endpoint("2001:db8::1", TCP, 80),
              endpoint("2001:db8:1::1", UDP, 53)),
          Set.of(endpoint("10.0.0.1", TCP, 8080), endpoint("fd00::1", TCP, 8080)),
          true,
          false);

  private static boolean takes(FilterRules rules, byte[] frame) {
    return new BpfInterpreter(frame, 0, 0).run(PacketFilter.program(rules)) != 0;
  }

  private static boolean takes(byte[] frame) {
    return takes(RULES, frame);
  }

  private static byte[] toPort(String address, int protocol, int port) {
    String from = address.contains(":") ? "2001:db8:ffff::9" : "203.0.113.9";
    return Frames.ip(from, address, protocol, Frames.ports(40_000, port));
  }

  private static byte[] fromPort(String address, int protocol, int port) {
    String to = address.contains(":") ? "2001:db8:ffff::9" : "203.0.113.9";
    return Frames.ip(address, to, protocol, Frames.ports(port, 40_000));
  }

  @Test
  void takesPacketsToServices() {
    assertTrue(takes(toPort("192.0.2.1", TCP, 80)));
    assertTrue(takes(toPort("192.0.2.1", TCP, 443)));
    assertTrue(takes(toPort("192.0.2.1", UDP, 53)));
    assertTrue(takes(toPort("192.0.2.2", UDP, 9999)), "port 0 means every port");
    assertTrue(takes(toPort("2001:db8::1", TCP, 80)));
    assertTrue(takes(toPort("2001:db8:1::1", UDP, 53)), "same last word as another");
  }

  @Test
  void leavesOthersToTheHost() {
    assertFalse(takes(toPort("192.0.2.1", TCP, 22)));
    assertFalse(takes(toPort("192.0.2.1", UDP, 80)));
    assertFalse(takes(toPort("192.0.2.2", TCP, 80)));
    assertFalse(takes(toPort("192.0.2.3", TCP, 80)));
    assertFalse(takes(toPort("192.0.2.1", 132, 80)));
    assertFalse(takes(toPort("192.0.2.1", 47, 80)));
    assertFalse(takes(toPort("2001:db8::1", TCP, 22)));
    assertFalse(takes(toPort("2001:db8:1::1", TCP, 80)));
    assertFalse(takes(toPort("2001:db8::2", TCP, 80)));
    assertFalse(takes(Frames.ethernet(Frames.MAC, 0x88cc, new byte[50])));
  }

  @Test
  void takesRepliesOfServers() {
    assertTrue(takes(fromPort("10.0.0.1", TCP, 8080)));
    assertTrue(takes(fromPort("fd00::1", TCP, 8080)));
    assertFalse(takes(fromPort("10.0.0.1", TCP, 22)));
    assertFalse(takes(fromPort("10.0.0.1", UDP, 8080)));
    assertFalse(takes(fromPort("fd00::1", TCP, 22)));
    assertFalse(takes(toPort("10.0.0.1", TCP, 8080)));
  }

  @Test
  void takesRepliesOfServersThatGoToAServiceAddress() {
    byte[] reply = Frames.ip("10.0.0.1", "192.0.2.1", TCP, Frames.ports(8080, 40_000));

    assertTrue(takes(reply));
  }

  @Test
  void takesIcmpAndFragmentsOfTheseAddresses() {
    byte[] icmp = {8, 0, 0, 0, 0, 0, 0, 0};
    assertTrue(takes(Frames.ip("203.0.113.9", "192.0.2.1", 1, icmp)));
    assertTrue(takes(Frames.ip("10.0.0.1", "203.0.113.9", 1, icmp)));
    assertFalse(takes(Frames.ip("203.0.113.9", "192.0.2.9", 1, icmp)));
    assertTrue(takes(Frames.ip("203.0.113.9", "192.0.2.1", TCP, 185, new byte[8])));
    assertTrue(takes(Frames.ip("10.0.0.1", "203.0.113.9", TCP, 185, new byte[8])));
    assertFalse(takes(Frames.ip("203.0.113.9", "192.0.2.9", TCP, 185, new byte[8])));
    byte[] first = Frames.ports(1, 22);
    assertFalse(takes(Frames.ip("203.0.113.9", "192.0.2.1", TCP, MORE_FRAGMENTS, first)));
    assertTrue(takes(Frames.ip("2001:db8:ffff::9", "2001:db8::1", 44, new byte[16])));
    assertTrue(takes(Frames.ip("2001:db8:ffff::9", "2001:db8::1", 58, new byte[8])));
  }

  @Test
  void takesIcmpErrorsWhomeverTheyGoTo() {
    for (int type : new int[] {3, 4, 11, 12}) {
      byte[] error = {(byte) type, 0, 0, 0, 0, 0, 0, 0};
      assertTrue(takes(Frames.ip("198.51.100.1", "203.0.113.9", 1, error)), "type " + type);
    }
    assertFalse(takes(Frames.ip("198.51.100.1", "203.0.113.9", 1, new byte[] {0, 0, 0, 0})));
    for (int type : new int[] {1, 2, 3, 4}) {
      byte[] error = {(byte) type, 0, 0, 0, 0, 0, 0, 0};
      assertTrue(takes(Frames.ip("2001:db8:2::1", "2001:db8:2::2", 58, error)), "type " + type);
    }
    assertFalse(takes(Frames.ip("2001:db8:2::1", "2001:db8:2::2", 58, new byte[] {5, 0})));
    assertFalse(takes(Frames.ip("2001:db8:2::1", "2001:db8:2::2", 58, new byte[] {0, 0})));
  }

  @Test
  void takesNeighbourDiscoveryIfWanted() {
    byte[] arp = Frames.ethernet(Frames.BROADCAST, 0x0806, new byte[46]);
    byte[] solicitation = Frames.ip("fe80::1", "ff02::1:ff00:1", 58, new byte[] {(byte) 135, 0});
    FilterRules without = new FilterRules(RULES.services(), RULES.servers(), false, false);

    assertTrue(takes(arp) && takes(solicitation));
    assertFalse(takes(without, arp) || takes(without, solicitation));
  }

  @Test
  void leavesFramesForOtherHostsAlone() {
    byte[] frame = toPort("192.0.2.1", TCP, 80);

    assertEquals(0, new BpfInterpreter(frame, 0, OTHERHOST).run(PacketFilter.program(RULES)));
  }

  @Test
  void takesAllIpForFirewallMarks() {
    FilterRules all = new FilterRules(Set.of(), Set.of(), false, true);

    assertTrue(takes(all, toPort("192.0.2.9", 47, 1)) && takes(all, toPort("::2", TCP, 1)));
    assertFalse(takes(all, Frames.ethernet(Frames.BROADCAST, 0x0806, new byte[46])));
  }

  @Test
  void takesNothingButErrorsWithoutRules() {
    FilterRules none = new FilterRules(Set.of(), Set.of(), false, false);

    assertFalse(takes(none, toPort("0.0.0.0", TCP, 80)) || takes(none, toPort("::2", TCP, 1)));
  }

  @Test
  void holdsAThousandServicesAndFindsThemQuickly() {
    Set<Endpoint> services = new HashSet<>();
    Set<Endpoint> servers = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      services.add(new Endpoint(IpAddress.v4(0x0a01_0000 + 3 * i), TCP, 80));
      servers.add(new Endpoint(IpAddress.v4(0xac10_0000 + 5 * i), TCP, 8080));
    }
    FilterRules rules = new FilterRules(services, servers, true, false);
    BpfProgram program = PacketFilter.program(rules);

    assertTrue(program.size() > 2000, program.size() + " instructions");
    BpfInterpreter hit = new BpfInterpreter(toPort("10.1.11.181", TCP, 80), 0, 0);
    assertTrue(hit.run(program) != 0);
    assertTrue(hit.steps() < 40, hit.steps() + " steps");
    assertFalse(takes(rules, toPort("10.1.11.180", TCP, 80)));
    assertTrue(takes(rules, fromPort("172.16.19.131", TCP, 8080)));
  }

  @Test
  void takesAllIpWhenTheProgramWouldBeTooLong() {
    Set<Endpoint> services = new HashSet<>();
    for (int i = 0; i < 3000; i++) {
      services.add(new Endpoint(IpAddress.v4(0x0a01_0000 + i), TCP, 80));
    }
    FilterRules rules = new FilterRules(services, Set.of(), true, false);

    assertTrue(takes(rules, toPort("10.1.0.7", TCP, 80)));
    assertTrue(takes(rules, toPort("192.0.2.9", TCP, 22)));
    assertTrue(PacketFilter.program(rules).size() < 20);
  }

  @Test
  void agreesWithANaiveMatchOnRandomRules() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      FilterRules rules = randomRules(random, 1 + random.nextInt(round < 50 ? 30 : 250));
      BpfProgram program = PacketFilter.program(rules);
      for (int i = 0; i < 300; i++) {
        boolean isV6 = random.nextBoolean();
        IpAddress source = randomAddress(random, isV6);
        IpAddress destination = randomAddress(random, isV6);
        int protocol = random.nextBoolean() ? TCP : UDP;
        int from = random.nextInt(8);
        int to = random.nextInt(8);
        byte[] frame =
            Frames.ip(source.toString(), destination.toString(), protocol, Frames.ports(from, to));
        boolean expected =
            contains(rules.services(), destination, protocol, to)
                || contains(rules.servers(), source, protocol, from);

        boolean taken = new BpfInterpreter(frame, 0, 0).run(program) != 0;

        assertEquals(expected, taken, "seed " + seed + ", " + source + " to " + destination);
      }
    }
  }

  @Test
  void takesEspWhereItIsServedAndElsewhereNot() {
    Set<Endpoint> esp = Set.of(new Endpoint(IpAddress.parse("192.0.2.1"), 50, 0));
    BpfProgram program = PacketFilter.program(new FilterRules(esp, Set.of(), true, false));
    byte[] served = Frames.ip("198.51.100.1", "192.0.2.1", 50, new byte[20]);
    byte[] other = Frames.ip("198.51.100.1", "192.0.2.1", 51, new byte[20]);

    assertTrue(new BpfInterpreter(served, 0, 0).run(program) != 0);
    assertEquals(0, new BpfInterpreter(other, 0, 0).run(program));
  }

  private static boolean contains(Set<Endpoint> set, IpAddress address, int protocol, int port) {
    return set.contains(new Endpoint(address, protocol, port))
        || set.contains(new Endpoint(address, protocol, 0));
  }

  private static FilterRules randomRules(Random random, int count) {
    Set<Endpoint> services = new HashSet<>();
    Set<Endpoint> servers = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Set<Endpoint> set = random.nextBoolean() ? services : servers;
      IpAddress address = randomAddress(random, random.nextBoolean());
      set.add(new Endpoint(address, random.nextBoolean() ? TCP : UDP, random.nextInt(8)));
    }
    return new FilterRules(services, servers, true, false);
  }

  /** Few addresses, so that rules and packets meet; high bits set now and then. */
  private static IpAddress randomAddress(Random random, boolean isV6) {
    int low = random.nextInt(40) * (random.nextBoolean() ? 1 : 0x0600_0001) + 1;
    return isV6
        ? IpAddress.v6(0x2001_0db8_0000_0000L + random.nextInt(2), (1L << 63) + low)
        : IpAddress.v4(low);
  }

  @Test
  void isTakenAndObeyedByTheKernel() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketOptions options = AfPacketOptions.defaults();
      AfPacketPort right =
          network.in(
              "right",
              () -> new AfPacketPort("eth0", options.withFilter(PacketFilter.program(RULES))));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", options));
      byte[] last = Frames.tagged(toPort("192.0.2.1", TCP, 443), 5);
      List<byte[]> frames =
          List.of(
              toPort("192.0.2.1", TCP, 22),
              toPort("192.0.2.1", TCP, 80),
              fromPort("10.0.0.1", TCP, 22),
              fromPort("10.0.0.1", TCP, 8080),
              toPort("2001:db8:1::1", UDP, 53),
              toPort("2001:db8:2::1", UDP, 53),
              Frames.tagged(toPort("192.0.2.1", TCP, 22), 5),
              last);

      PortPair.send(left, frames);

      List<byte[]> received = PortPair.receive(right, 4);
      assertEquals(4, received.size());
      assertTrue(Arrays.equals(last, received.get(3)), "a tagged frame matches too");
      Random random = new Random(1);
      for (int size : new int[] {100, 900, 5000}) {
        right.setFilter(PacketFilter.program(randomRules(random, size)));
      }
      left.close();
      right.close();
    }
  }
}
