package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.port.MemoryPort;
import jvs.service.ServerSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workers, of which one gets what is the other's, as the kernel cannot tell. */
class HandOverTest {
  private static final int ICMP = 34;
  private static final int QUOTED = 42;

  private final TestDirector lab = new TestDirector(DirectorOptions.of(1000, 1));
  private final MemoryPort clientSide = new MemoryPort("eth0", 1);
  private final MemoryPort serverSide = new MemoryPort("eth1", 2);
  private final Worker owner = lab.director.addWorker(clientSide, serverSide);

  /** All flows are the second worker's; the lab's first gets what goes astray. */
  @BeforeEach
  void ownEverything() {
    lab.director.sync().use(new SyncWire(), flow -> 1);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static FrameBuilder query() {
    return Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(1000);
  }

  @Test
  void fragmentsReachTheWorkerOfTheirConnection() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    clientSide.inject(query().udp());
    owner.doWork();
    assertEquals(1, serverSide.drain().size());
    byte[] whole = query().udp();

    List<byte[]> astray = lab.fromClient(Frames.fragment(whole, 0, 512, true));
    List<byte[]> astrayToo = lab.fromClient(Frames.fragment(whole, 512, 1008, false));
    owner.doWork();

    assertEquals(0, astray.size() + astrayToo.size());
    assertEquals(2, serverSide.drain().size());
    assertEquals(1, owner.table().size());
    assertEquals(0, lab.worker.table().size());
    assertEachFrameEndedOnce();
  }

  @Test
  void aNewConnectionOfFragmentsOpensWhereItsWholePacketsCome() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] whole = query().udp();

    lab.fromClient(Frames.fragment(whole, 0, 512, true));
    lab.fromClient(Frames.fragment(whole, 512, 1008, false));
    owner.doWork();
    serverSide.drain();
    serverSide.inject(
        Frames.reply(5353).to(TestDirector.CLIENT, 40000).dontFragment(false).payload(10).udp());
    owner.doWork();

    assertEquals(1, clientSide.drain().size());
    assertEquals(0, lab.worker.table().size());
  }

  @Test
  void anErrorReachesTheWorkerOfTheConnectionItIsAbout() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    clientSide.inject(Frames.request().tcp(TcpHeader.SYN));
    owner.doWork();
    byte[] atServer = serverSide.drain().getFirst();

    List<byte[]> astray =
        lab.fromServer(unreachable(Frames.reply(1).to(TestDirector.CLIENT, 1), atServer));
    owner.doWork();

    assertEquals(0, astray.size());
    byte[] error = clientSide.drain().getFirst();
    byte[] quotedVip = {10, 99, 0, 1};
    assertArrayEquals(quotedVip, Arrays.copyOfRange(error, QUOTED + 16, QUOTED + 20));
    assertEachFrameEndedOnce();
  }

  @Test
  void whatIsNobodysIsNotPassedRound() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    byte[] unknown = Frames.routed().to(TestDirector.SERVER, 8080).tcp(TcpHeader.ACK);

    lab.fromServer(unreachable(Frames.reply(1).to(TestDirector.CLIENT, 1), unknown));
    owner.doWork();
    lab.worker.doWork();

    assertEquals(1, endings(owner.counters().toMap()));
    assertEachFrameEndedOnce();
  }

  @Test
  void withMoreThanThereArePlacesForNothingIsLost() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    for (int i = 0; i < 200; i++) {
      byte[] whole = query().from(TestDirector.CLIENT, 1000 + i).udp();
      Frames.lying(whole, Frames.IP + 4, 0, i);
      lab.fromClient(Frames.fragment(whole, 0, 512, true));
      lab.fromClient(Frames.fragment(whole, 512, 1008, false));
    }
    for (int i = 0; i < 5; i++) {
      owner.doWork();
    }

    assertEquals(200, owner.table().size() + lab.worker.table().size());
    assertEquals(128, owner.table().size());
    assertEachFrameEndedOnce();
  }

  private void assertEachFrameEndedOnce() {
    Map<String, Long> counters = lab.director.frameCounters();
    assertEquals(counters.getOrDefault("received", -1L), endings(counters), counters::toString);
  }

  private static long endings(Map<String, Long> counters) {
    return counters.entrySet().stream()
        .filter(counter -> !counter.getKey().equals("received"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static byte[] unreachable(FrameBuilder header, byte[] about) {
    byte[] frame = header.payload(about.length - Frames.IP).udp();
    byte[] icmp = Frames.with(frame, ICMP, 3, 3, 0, 0, 0, 0, 0, 0);
    System.arraycopy(about, Frames.IP, icmp, QUOTED, about.length - Frames.IP);
    Frames.putChecksum(icmp, ICMP + 2, ICMP, icmp.length);
    return Frames.lying(icmp, Frames.IP + 9, 1);
  }
}
