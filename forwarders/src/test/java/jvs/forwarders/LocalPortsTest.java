package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import jvs.engine.DirectorOptions;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ports of FULLNAT's local addresses: all are used, each once, and come back. */
class LocalPortsTest {
  private static final int PORTS = 32767 - 1024 + 1;
  private static final int FIRST_CLIENT_PORT = 2000;
  private static final byte[] SYN = Frames.request().tcp(TcpHeader.SYN);

  private final TestDirector lab = new TestDirector(DirectorOptions.of(1 << 16, 1));

  @AfterEach
  void close() {
    lab.close();
  }

  /** Takes every port of one local address. */
  static void takeAllPorts(TestDirector lab) {
    for (int i = 0; i < PORTS; i++) {
      if (lab.fromClient(syn(i)).size() != 1) {
        throw new AssertionError("no port for connection " + i);
      }
    }
  }

  /** A client's, its checksum wrong: that is the server's business. */
  private static byte[] syn(int client) {
    int port = FIRST_CLIENT_PORT + client;
    return Frames.with(SYN, Frames.TRANSPORT, port >> 8, port);
  }

  private static int localPort(byte[] frame) {
    return (frame[Frames.TRANSPORT] & 0xff) << 8 | frame[Frames.TRANSPORT + 1] & 0xff;
  }

  private void serve(String... locals) {
    lab.serve(TestDirector.TCP, ServerSpec.FULLNAT, 8080);
    for (String local : locals) {
      lab.director.newLocalAddress(TestDirector.TCP, IpAddress.parse(local));
    }
  }

  @Test
  void everyPortServesOneConnectionToAServer() {
    serve(FullNatVectorsTest.LOCAL);
    Set<Integer> ports = new HashSet<>();

    for (int i = 0; i < PORTS; i++) {
      ports.add(localPort(lab.fromClient(syn(i)).getFirst()));
    }

    assertEquals(PORTS, ports.size());
    assertEquals(PORTS, lab.director.localAddresses(TestDirector.TCP).getFirst().connections());
    assertEquals(0, lab.fromClient(syn(PORTS)).size());
    assertEquals(1, lab.counted("no_local_port"));
  }

  @Test
  void anotherServerMayHaveTheSamePorts() {
    serve(FullNatVectorsTest.LOCAL);
    takeAllPorts(lab);
    ServerKey other = new ServerKey(IpAddress.parse(TestDirector.SERVER), 9090);
    lab.director.newServer(TestDirector.TCP, other, ServerSpec.of(ServerSpec.FULLNAT, 1));

    assertEquals(1, lab.fromClient(syn(PORTS)).size());
  }

  @Test
  void aPortIsFreeWhenItsConnectionIsOver() {
    serve(FullNatVectorsTest.LOCAL);
    takeAllPorts(lab);
    lab.nowMillis += 59_000;
    lab.worker.doWork();
    lab.fromClient(syn(PORTS));

    lab.nowMillis += 2_000;
    lab.worker.doWork();
    lab.fromClient(syn(PORTS));

    assertEquals(PORTS + 1, lab.counted("forwarded"));
    assertEquals(1, lab.counted("no_local_port"));
  }

  @Test
  void addressesTakeTurns() {
    serve(FullNatVectorsTest.LOCAL, FullNatVectorsTest.OWN);
    Set<Integer> lastOctets = new HashSet<>();
    lab.worker.doWork();
    lab.serverSide.drain();

    for (int i = 0; i < 2; i++) {
      lastOctets.add(lab.fromClient(syn(i)).getFirst()[Frames.IP + 15] & 0xff);
    }

    assertEquals(Set.of(254, 200), lastOctets);
  }
}
