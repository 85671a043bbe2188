package jvs.port.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import jvs.linux.Bpf;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.port.FanoutProgram;
import jvs.port.Frames;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose socket the program in the real kernel takes: that of the fanout program's member. */
final class RedirectProgramSteeringTest {
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int REDIRECT = 4;
  private static final int ABORTED = 0;
  private static final byte[] MAC = HexFormat.of().parseHex("02fe81a5c3d7");
  private static final RedirectRules RULES =
      new RedirectRules(
          Set.of(
              end("192.0.2.1", TCP, 80),
              end("192.0.2.1", UDP, 53),
              end("192.0.2.3", ICMP, 0),
              end("10.0.0.200", TCP, 0),
              end("2001:db8::1", TCP, 80)),
          Set.of(end("10.0.0.1", TCP, 8080), end("fd00::1", TCP, 8080)),
          Set.of(IpAddress.parse("10.0.0.254"), IpAddress.parse("fd00::fe")),
          Set.of(end("10.0.0.9", TCP, 8080), end("10.0.0.1", TCP, 8080), end("fd00::9", TCP, 8080)),
          Set.of(
              IpAddress.parse("10.0.0.254"),
              IpAddress.parse("10.0.0.200"),
              IpAddress.parse("fd00::fe")));

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final List<Integer> descriptors = new ArrayList<>();
  private RedirectMaps maps;
  private XdpSocket socket;

  @BeforeEach
  void open() {
    assumeTrue("root".equals(System.getProperty("user.name")), "loads BPF programs: only root may");
    maps = new RedirectMaps();
    socket = new XdpSocket(null, null);
  }

  @AfterEach
  void close() {
    if (maps != null) {
      descriptors.forEach(descriptor -> Libc.close(new Errno(), descriptor));
      socket.close();
      maps.close();
    }
  }

  private static Endpoint end(String address, int protocol, int port) {
    return new Endpoint(IpAddress.parse(address), protocol, port);
  }

  /** A program for each worker, for whom alone there is a socket. */
  private List<Integer> load(Steering steering) {
    List<Integer> programs = new ArrayList<>();
    for (int worker = 0; worker < steering.workers(); worker++) {
      int sockets = Bpf.createMap(Bpf.XSKMAP, 4, 4, steering.workers(), "test");
      descriptors.add(sockets);
      try (Arena arena = Arena.ofConfined()) {
        long pair = arena.allocate(8, 8).address();
        Memory.putInt(pair, worker);
        Memory.putInt(pair + 4, socket.fileDescriptor());
        Bpf.put(sockets, pair, pair + 4);
      }
      long[] instructions =
          RedirectProgram.instructions(0x02fe81a5c3d7L, 1514, maps, sockets, steering, ABORTED);
      int program = Bpf.loadXdp(instructions, "test");
      descriptors.add(program);
      programs.add(program);
    }
    return programs;
  }

  /** The worker whose socket gets the frame. */
  private int worker(List<Integer> programs, byte[] frame) {
    System.arraycopy(MAC, 0, frame, 0, MAC.length);
    int found = -1;
    for (int worker = 0; worker < programs.size(); worker++) {
      int result = ProgramRun.result(programs.get(worker), frame);
      if (result == REDIRECT) {
        assertEquals(-1, found, "for one worker only, seed " + seed);
        found = worker;
      } else {
        assertEquals(ABORTED, result, "taken, seed " + seed);
      }
    }
    return found;
  }

  private static byte[] packet(String from, int source, String to, int destination, int protocol) {
    return Frames.ip(from, to, protocol, Frames.ports(source, destination));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void bringsBothDirectionsOfAConnectionToTheFanoutsMember(int workers) {
    int secret = random.nextInt();
    FanoutProgram fanout = new FanoutProgram(Set.of(), Set.of(), Set.of(), true, secret);
    List<Integer> programs = load(new Steering(workers, secret));
    maps.follow(RULES, true);
    int[] perWorker = new int[workers];
    for (int i = 0; i < 700; i++) {
      boolean isV6 = random.nextBoolean();
      IpAddress client =
          isV6
              ? IpAddress.v6(0x2001_0db8_0001_0000L | random.nextInt(), random.nextLong())
              : IpAddress.v4(random.nextInt());
      int port = 1 + random.nextInt(65_535);
      String from = client.toString();

      int member = fanout.member(client.folded(), port, workers);

      String what = "seed " + seed + ", " + from + ":" + port;
      String vip = isV6 ? "2001:db8::1" : "192.0.2.1";
      String server = isV6 ? "fd00::1" : "10.0.0.1";
      assertEquals(member, worker(programs, packet(from, port, vip, 80, TCP)), what);
      assertEquals(member, worker(programs, packet(server, 8080, from, port, TCP)), what);
      perWorker[member]++;
    }
    for (int count : perWorker) {
      assertTrue(count > 700 / workers / 2, "seed " + seed + ": " + count + " of 700");
    }
  }

  @Test
  void goesByTheAddressAloneWhereThereAreNoPortsOrTheyDoNotCount() {
    int secret = random.nextInt();
    FanoutProgram fanout = new FanoutProgram(Set.of(), Set.of(), Set.of(), false, secret);
    List<Integer> programs = load(new Steering(4, secret));
    for (int i = 0; i < 200; i++) {
      String from = IpAddress.v4(random.nextInt()).toString();
      int member = fanout.member(IpAddress.parse(from).folded(), 0, 4);
      int port = 1 + random.nextInt(65_535);
      maps.follow(RULES, true);
      assertEquals(member, worker(programs, packet(from, port, "192.0.2.3", 7, ICMP)), from);
      maps.follow(RULES, false);
      assertEquals(member, worker(programs, packet(from, port, "192.0.2.1", 53, UDP)), from);
      assertEquals(member, worker(programs, packet("10.0.0.1", 8080, from, port, TCP)), from);
    }
  }

  @Test
  void bringsFullNatRepliesToTheWorkerThatHasThePort() {
    List<Integer> programs = load(new Steering(3, random.nextInt()));
    maps.follow(RULES, true);
    for (int port = 1024; port < 32_768; port += 97) {
      int worker = worker(programs, packet("10.0.0.9", 8080, "10.0.0.254", port, TCP));
      int worker6 = worker(programs, packet("fd00::9", 8080, "fd00::fe", port, TCP));

      // Of a server that does NAT, too, to a local address that is a VIP of our own.
      int both = worker(programs, packet("10.0.0.1", 8080, "10.0.0.200", port, TCP));

      assertEquals(port % 3, worker);
      assertEquals(port % 3, both);
      assertEquals(port % 3, worker6);
    }
  }
}
