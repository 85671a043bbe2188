package jvs.port.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import jvs.linux.Bpf;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.port.Frames;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The program and its twin in the real kernel, on frames of their own: BPF_PROG_RUN. */
final class RedirectProgramTest {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int ABORTED = 0;
  private static final int TCX_DROP = 2;
  private static final int LONGEST = 1514;
  private static final int ETHERNET = 14;
  private static final byte[] MAC = HexFormat.of().parseHex("02fe81a5c3d7");

  private static RedirectMaps maps;
  private static int program;
  private static int twin;
  private static int sockets;

  @BeforeAll
  static void load() {
    assumeTrue("root".equals(System.getProperty("user.name")), "loads BPF programs: only root may");
    maps = new RedirectMaps();
    sockets = Bpf.createMap(Bpf.XSKMAP, 4, 4, 4, "test");
    // There is no socket, so that what would be redirected is aborted.
    program =
        Bpf.loadXdp(
            RedirectProgram.instructions(
                0x02fe81a5c3d7L, LONGEST, maps, sockets, Steering.TO_ONE, ABORTED),
            "test");
    twin = Bpf.loadTcx(RedirectProgram.dropping(0x02fe81a5c3d7L, maps), "test");
  }

  @AfterAll
  static void unload() {
    if (maps != null) {
      Libc.close(new Errno(), program);
      Libc.close(new Errno(), twin);
      Libc.close(new Errno(), sockets);
      maps.close();
    }
  }

  private static Endpoint end(String address, int protocol, int port) {
    return new Endpoint(IpAddress.parse(address), protocol, port);
  }

  private static final RedirectRules RULES =
      new RedirectRules(
          Set.of(
              end("192.0.2.1", TCP, 80),
              end("192.0.2.1", UDP, 53),
              end("192.0.2.2", UDP, 0),
              end("192.0.2.3", ICMP, 0),
              end("2001:db8::1", TCP, 80)),
          Set.of(end("10.0.0.1", TCP, 8080), end("10.0.0.2", UDP, 0), end("fd00::1", TCP, 8080)),
          Set.of(IpAddress.parse("10.0.0.254"), IpAddress.parse("fd00::fe")),
          Set.of(end("10.0.0.9", TCP, 8080), end("10.0.0.1", TCP, 8080), end("fd00::9", TCP, 1)),
          Set.of(IpAddress.parse("10.0.0.254"), IpAddress.parse("fd00::fe")));

  private static boolean takes(RedirectRules rules, byte[] frame) {
    return takesAsItIs(rules, ours(frame));
  }

  private static byte[] ours(byte[] frame) {
    byte[] ours = frame.clone();
    System.arraycopy(MAC, 0, ours, 0, MAC.length);
    return ours;
  }

  private static boolean takesAsItIs(RedirectRules rules, byte[] frame) {
    maps.follow(rules, true);
    boolean isTaken = ProgramRun.result(program, frame) == ABORTED;
    int shortest = frame[12] == (byte) 0x86 ? ETHERNET + 40 : ETHERNET + 20; // for BPF_PROG_RUN
    if (frame.length >= shortest && frame.length <= LONGEST) {
      assertEquals(isTaken, ProgramRun.result(twin, frame) == TCX_DROP, "the host's guard");
    }
    return isTaken;
  }

  private static boolean takes(byte[] frame) {
    return takes(RULES, frame);
  }

  private static byte[] packet(String from, int source, String to, int destination, int protocol) {
    return Frames.ip(from, to, protocol, Frames.ports(source, destination));
  }

  private static byte[] toPort(String address, int protocol, int port) {
    String from = address.contains(":") ? "2001:db8:ffff::9" : "203.0.113.9";
    return packet(from, 40_000, address, port, protocol);
  }

  private static byte[] fromPort(String address, int protocol, int port) {
    String to = address.contains(":") ? "2001:db8:ffff::9" : "203.0.113.9";
    return packet(address, port, to, 40_000, protocol);
  }

  @Test
  void takesPacketsToServices() {
    assertTrue(takes(toPort("192.0.2.1", TCP, 80)));
    assertTrue(takes(toPort("192.0.2.1", UDP, 53)));
    assertTrue(takes(toPort("192.0.2.2", UDP, 9999)), "port 0 means every port");
    assertTrue(takes(toPort("2001:db8::1", TCP, 80)));
    assertTrue(takes(toPort("192.0.2.3", ICMP, 7)), "ping of a VIP of our own");
  }

  @Test
  void leavesOthersToTheHost() {
    assertFalse(takes(toPort("192.0.2.1", TCP, 22)));
    assertFalse(takes(toPort("192.0.2.1", UDP, 80)));
    assertFalse(takes(toPort("192.0.2.2", TCP, 80)));
    assertFalse(takes(toPort("192.0.2.9", TCP, 80)));
    assertFalse(takes(toPort("2001:db8::1", TCP, 22)));
    assertFalse(takes(toPort("::c000:201", TCP, 80)), "an IPv6 address that looks like ours");
    assertFalse(takes(Frames.ethernet(MAC, 0x0806, new byte[46])), "ARP");
  }

  @Test
  void takesServersRepliesUnlessTheyAreForTheHost() {
    assertTrue(takes(fromPort("10.0.0.1", TCP, 8080)));
    assertTrue(takes(fromPort("10.0.0.2", UDP, 7)), "port 0 means every port");
    assertTrue(takes(fromPort("fd00::1", TCP, 8080)));
    assertFalse(takes(fromPort("10.0.0.1", TCP, 22)));
    assertFalse(takes(fromPort("10.0.0.3", TCP, 8080)));
    assertFalse(takes(packet("10.0.0.2", 7, "10.0.0.254", 40_000, UDP)), "a health check's answer");
    assertFalse(takes(packet("fd00::1", 8080, "fd00::fe", 40_000, TCP)));
  }

  @Test
  void takesFullNatRepliesToTheConnectionsPortsOfLocalAddresses() {
    assertTrue(takes(packet("10.0.0.9", 8080, "10.0.0.254", 1024, TCP)));
    assertTrue(takes(packet("10.0.0.9", 8080, "10.0.0.254", 32_767, TCP)));
    assertTrue(takes(packet("fd00::9", 1, "fd00::fe", 2000, TCP)));
    assertTrue(takes(packet("10.0.0.1", 8080, "10.0.0.254", 2000, TCP)), "NAT server as well");
    assertFalse(takes(packet("10.0.0.9", 8080, "10.0.0.254", 1023, TCP)));
    assertFalse(takes(packet("10.0.0.9", 8080, "10.0.0.254", 32_768, TCP)), "the host's own");
    assertFalse(takes(packet("10.0.0.9", 8080, "10.0.0.253", 2000, TCP)));
    assertFalse(takes(packet("10.0.0.8", 8080, "10.0.0.254", 2000, TCP)));
  }

  @Test
  void leavesWhatNeedsAnotherLookToThePacketSocket() {
    byte[] ports = Frames.ports(40_000, 80);
    byte[] first = Frames.ip("203.0.113.9", "192.0.2.1", TCP, MORE_FRAGMENTS, ports);
    byte[] later = Frames.ip("203.0.113.9", "192.0.2.1", TCP, 100, ports);
    byte[] options = toPort("192.0.2.1", TCP, 80);
    options[14] = 0x46;
    byte[] isLong = Arrays.copyOf(toPort("192.0.2.1", TCP, 80), LONGEST + 1);

    assertFalse(takes(first));
    assertFalse(takes(later));
    assertFalse(takes(options));
    assertFalse(takes(Frames.tagged(toPort("192.0.2.1", TCP, 80), 7)));
    assertFalse(takes(isLong), "a super-frame");
    assertEquals(TCX_DROP, ProgramRun.result(twin, ours(isLong)), "whose length does not matter");
    assertTrue(takes(Arrays.copyOf(isLong, LONGEST)));
    assertFalse(takes(Frames.ip("203.0.113.9", "192.0.2.1", ICMP, new byte[64])));
  }

  @Test
  void leavesFramesToOtherAddresses() {
    byte[] frame = toPort("192.0.2.1", TCP, 80);

    assertFalse(takesAsItIs(RULES, frame), "broadcast");
    System.arraycopy(MAC, 0, frame, 0, 6);
    assertTrue(takesAsItIs(RULES, frame));
    frame[5]++;
    assertFalse(takesAsItIs(RULES, frame));
    frame[5]--;
    frame[0] ^= 2;
    assertFalse(takesAsItIs(RULES, frame));
  }

  @Test
  void survivesFramesOfEveryLength() {
    for (String to : new String[] {"192.0.2.1", "2001:db8::1"}) {
      byte[] frame = toPort(to, TCP, 80);
      int ports = to.contains(":") ? 58 : 38;
      for (int length = 14; length <= frame.length; length++) {
        assertEquals(length >= ports, takes(Arrays.copyOf(frame, length)), to + " " + length);
      }
    }
  }

  @Test
  void followsTheRules() {
    byte[] frame = toPort("192.0.2.1", TCP, 80);
    byte[] reply = fromPort("10.0.0.1", TCP, 8080);

    assertTrue(takes(RULES, frame));
    assertFalse(takes(RedirectRules.NOTHING, frame));
    assertFalse(takes(RedirectRules.NOTHING, reply));
    assertTrue(takes(RULES, frame));
    assertTrue(takes(RULES, reply));
  }
}
