package jvs.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FanoutProgramTest {
  private static final int TCP = 6;
  private static final String VIP = "192.0.2.1";
  private static final String SERVER = "10.0.0.1";
  private static final String VIP6 = "2001:db8::1";
  private static final String SERVER6 = "fd00::1";
  private static final String LOCAL = "10.0.0.254";
  private static final String LOCAL6 = "fd00::fe";

  private static FanoutProgram program(boolean usesPorts, int seed) {
    return new FanoutProgram(
        Set.of(IpAddress.parse(VIP), IpAddress.parse(VIP6)),
        Set.of(IpAddress.parse(SERVER), IpAddress.parse(SERVER6)),
        Set.of(IpAddress.parse(LOCAL), IpAddress.parse(LOCAL6)),
        usesPorts,
        seed);
  }

  private static int run(FanoutProgram fanout, byte[] frame, int members) {
    return Integer.remainderUnsigned(
        new BpfInterpreter(frame, 14, 0).run(fanout.program()), members);
  }

  @Test
  void bringsBothDirectionsOfAConnectionTogether() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    FanoutProgram fanout = program(true, random.nextInt());
    int[] perMember = new int[3];
    for (int i = 0; i < 3000; i++) {
      boolean isV6 = random.nextBoolean();
      IpAddress client =
          isV6
              ? IpAddress.v6(0x2001_0db8_0001_0000L, random.nextLong())
              : IpAddress.v4(random.nextInt());
      // Linux clients use ports of one parity.
      int port = 32_768 + 2 * random.nextInt(14_000);
      String from = client.toString();
      byte[] request = Frames.ip(from, isV6 ? VIP6 : VIP, TCP, Frames.ports(port, 80));
      byte[] reply = Frames.ip(isV6 ? SERVER6 : SERVER, from, TCP, Frames.ports(80, port));

      int member = fanout.member(client.folded(), port, 3);

      assertEquals(member, run(fanout, request, 3), "seed " + seed + ", " + from);
      assertEquals(member, run(fanout, reply, 3), "seed " + seed + ", " + from);
      perMember[member]++;
    }
    for (int count : perMember) {
      assertTrue(count > 850 && count < 1150, "seed " + seed + ": " + count + " of 3000");
    }
  }

  @Test
  void spreadsTheConnectionsOfOneClient() {
    FanoutProgram fanout = program(true, 7);
    int[] perMember = new int[2];
    for (int port = 32_768; port < 33_768; port += 2) {
      perMember[fanout.member(IpAddress.parse("203.0.113.9").folded(), port, 2)]++;
    }

    assertTrue(Math.abs(perMember[0] - perMember[1]) < 100, perMember[0] + " of 500");
  }

  @Test
  void keepsAllConnectionsOfAClientTogetherIfTold() {
    FanoutProgram fanout = program(false, 7);
    int member = fanout.member(IpAddress.parse("203.0.113.9").folded(), 0, 4);

    for (int port = 1; port < 100; port++) {
      byte[] request = Frames.ip("203.0.113.9", VIP, TCP, Frames.ports(port, 80));
      assertEquals(member, run(fanout, request, 4));
    }
  }

  @Test
  void bringsFragmentsOfAPacketTogether() {
    FanoutProgram fanout = program(true, 7);
    byte[] first = Frames.ip("203.0.113.9", VIP, TCP, 0x2000, Frames.ports(1234, 80));
    byte[] last = Frames.ip("203.0.113.9", VIP, TCP, 3, new byte[20]);
    int member = fanout.member(IpAddress.parse("203.0.113.9").folded(), 0, 5);

    assertEquals(member, run(fanout, first, 5));
    assertEquals(member, run(fanout, last, 5));
  }

  @Test
  void treatsAServerThatCallsAServiceAsAClient() {
    FanoutProgram fanout = program(true, 7);
    byte[] request = Frames.ip(SERVER, VIP, TCP, Frames.ports(1234, 80));

    assertEquals(fanout.member(IpAddress.parse(SERVER).folded(), 1234, 5), run(fanout, request, 5));
  }

  @Test
  void bringsRepliesToALocalAddressToTheOwnerOfThePort() {
    FanoutProgram fanout = program(true, 7);

    for (int port = 1024; port <= 32767; port += 61) {
      byte[] reply = Frames.ip(SERVER, LOCAL, TCP, Frames.ports(80, port));
      byte[] replyV6 = Frames.ip(SERVER6, LOCAL6, TCP, Frames.ports(80, port));

      assertEquals(port % 5, run(fanout, reply, 5));
      assertEquals(port % 5, run(fanout, replyV6, 5));
    }
  }

  @Test
  void treatsOtherPacketsToALocalAddressAsAClients() {
    FanoutProgram fanout = program(true, 7);
    IpAddress client = IpAddress.parse("203.0.113.9");
    byte[] fromStranger = Frames.ip("203.0.113.9", LOCAL, TCP, Frames.ports(1234, 8080));
    byte[] toTheHost = Frames.ip(SERVER, LOCAL, TCP, Frames.ports(1234, 22));

    assertEquals(fanout.member(client.folded(), 1234, 5), run(fanout, fromStranger, 5));
    // From a server to somebody: by whom it is for.
    int host = fanout.member(IpAddress.parse(LOCAL).folded(), 22, 5);
    assertEquals(host, run(fanout, toTheHost, 5));
  }

  @Test
  void sharesOutFramesInTheKernel() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      FanoutProgram fanout = program(true, 99);
      AfPacketOptions options =
          AfPacketOptions.defaults()
              .withFilter(
                  PacketFilter.program(
                      new FilterRules(
                          Set.of(
                              new Endpoint(IpAddress.parse(VIP), TCP, 80),
                              new Endpoint(IpAddress.parse(VIP6), TCP, 80)),
                          Set.of(new Endpoint(IpAddress.parse(SERVER), TCP, 80)),
                          false,
                          false)))
              .withFanout(new AfPacketOptions.Fanout(77, fanout.program()));
      List<AfPacketPort> members = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        members.add(network.in("right", () -> new AfPacketPort("eth0", options)));
      }
      AfPacketPort left =
          network.in("left", () -> new AfPacketPort("eth0", AfPacketOptions.defaults()));
      List<byte[]> frames = new ArrayList<>();
      int[] expected = new int[3];
      for (int port = 1; port <= 60; port++) {
        frames.add(Frames.ip("203.0.113.9", VIP, TCP, Frames.ports(port, 80)));
        frames.add(Frames.ip(SERVER, "203.0.113.9", TCP, Frames.ports(80, port)));
        expected[fanout.member(IpAddress.parse("203.0.113.9").folded(), port, 3)] += 2;
        frames.add(Frames.ip("2001:db8:1::9", VIP6, TCP, Frames.ports(port, 80)));
        expected[fanout.member(IpAddress.parse("2001:db8:1::9").folded(), port, 3)]++;
      }

      PortPair.send(left, frames);

      for (int i = 0; i < 3; i++) {
        assertEquals(expected[i], PortPair.receive(members.get(i), expected[i]).size());
      }
      members.getFirst().setFanoutProgram(program(false, 99).program());
      PortPair.send(left, frames.subList(0, 2));
      int owner = program(false, 99).member(IpAddress.parse("203.0.113.9").folded(), 0, 3);
      assertEquals(2, PortPair.receive(members.get(owner), 2).size());
      members.forEach(AfPacketPort::close);
      left.close();
    }
  }
}
