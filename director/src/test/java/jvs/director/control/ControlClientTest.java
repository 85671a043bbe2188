package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says when the director is not there, or not itself. */
final class ControlClientTest {
  @TempDir private Path directory;

  private Path socket;

  @BeforeEach
  void choosePath() {
    socket = directory.resolve("control.sock");
  }

  private String complaint() {
    try (ControlClient client = new ControlClient(socket, 300)) {
      return String.valueOf(
          assertThrows(DirectorUnavailableException.class, client::services).getMessage());
    }
  }

  @Test
  void saysThatNoDirectorRuns() {
    assertEquals("no director listens on the control socket " + socket, complaint());
  }

  @Test
  void saysThatNoDirectorRunsWhenOneHasDied() throws IOException {
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }

    assertEquals("no director listens on the control socket " + socket, complaint());
  }

  @Test
  void doesNotWaitForEver() throws IOException {
    try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(socket));

      assertEquals(
          "no answer from the director behind " + socket + ": silent for 0.3 seconds", complaint());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n[",
        "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n[]",
        "HTTP/1.1 500 Oops\r\nContent-Length: 47\r\n\r\n"
            + "{\"error\":{\"errno\":\"EIO\",\"message\":\"disk full\"}}",
      })
  void complainsOfAnAnswerThatIsNone(String answer) throws IOException, InterruptedException {
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Thread server = Thread.ofVirtual().start(() -> answerOnce(listener, answer));

      String complaint = complaint();

      assertTrue(complaint.contains(socket.toString()), complaint);
      server.join();
    }
  }

  private static void answerOnce(ServerSocketChannel listener, String answer) {
    try (SocketChannel channel = listener.accept()) {
      channel.read(ByteBuffer.allocate(1000));
      channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void connectsAnewAfterTheDirectorWasRestarted() throws IOException {
    try (ControlClient client = new ControlClient(socket)) {
      try (var first = ControlServerFixture.start(socket, new MemoryControl())) {
        assertEquals(0, client.services().size());
        assertEquals(socket, first.path());
      }
      assertThrows(DirectorUnavailableException.class, client::services);
      try (var second = ControlServerFixture.start(socket, new MemoryControl())) {
        assertEquals(0, client.services().size());
        assertEquals(socket, second.path());
      }
    }
  }
}
