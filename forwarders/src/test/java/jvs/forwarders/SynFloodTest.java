package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import jvs.engine.DirectorOptions;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many times as many handshakes are begun as the table has room for. */
class SynFloodTest {
  private static final int ESTABLISHED = 50;

  private final TestDirector lab =
      new TestDirector(new DirectorOptions(200, false, false, 1, 8, 12));

  @AfterEach
  void close() {
    lab.close();
  }

  private int fromClient(String address, int port, int flags) {
    FrameBuilder frame = Frames.request().from(address, port);
    return lab.fromClient(frame.tcp(flags)).size();
  }

  private void flood() {
    for (int port = 1000; port < 1000 + ESTABLISHED; port++) {
      assertEquals(1, fromClient(TestDirector.CLIENT, port, TcpHeader.SYN));
      assertEquals(1, fromClient(TestDirector.CLIENT, port, TcpHeader.ACK));
    }
    for (int i = 0; i < 2000; i++) {
      fromClient("198.18.%d.%d".formatted(i >> 8, i & 255), 999, TcpHeader.SYN);
    }
  }

  private void assertServed() {
    for (int port = 1000; port < 1000 + ESTABLISHED; port++) {
      assertEquals(1, fromClient(TestDirector.CLIENT, port, TcpHeader.ACK));
    }
    for (int port = 2000; port < 2010; port++) {
      int attempts = 1;
      while (fromClient(TestDirector.CLIENT, port, TcpHeader.SYN) == 0) {
        attempts++;
      }
      assertTrue(attempts <= 3, "attempts: " + attempts);
      assertEquals(1, fromClient(TestDirector.CLIENT, port, TcpHeader.ACK));
    }
    List<String> states = new ArrayList<>();
    lab.director.connections(entry -> states.add(entry.state()));
    assertEquals(ESTABLISHED + 10, states.stream().filter("ESTABLISHED"::equals).count());
  }

  @Test
  void endsNoEstablishedConnectionAndKeepsNobodyOut() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 80);
    flood();
    assertServed();
  }

  @Test
  void doesNotFillTheTableOfTemplates() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 80);
    lab.director.setService(
        TestDirector.TCP, new ServiceSpec("first", ServiceSpec.PERSISTENT, 300, -1, ""));
    flood();
    assertServed();
  }
}
