package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import jvs.director.dropin.KernelCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class KernelClientTest {
  private static final KernelCall LOOK = KernelCall.file(KernelCall.Kind.LOOK, false, "");

  @Test
  void aSilentDirectorIsWaitedForOnce(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("silent.sock");
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        KernelClient client = new KernelClient(socket, 2_000, 50)) {
      silent.bind(UnixDomainSocketAddress.of(socket));

      long first = millisUntilRefused(client);
      long second = millisUntilRefused(client);

      assertTrue(first >= 2_000, "" + first);
      assertTrue(second < 2_000, "" + second);
    }
  }

  @Test
  void aDirectorThatComesBackIsWaitedForAgain(@TempDir Path folder) throws IOException {
    Path socket = folder.resolve("silent.sock");
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        KernelClient client = new KernelClient(socket, 1_000, 50)) {
      assertThrows(IOException.class, () -> client.call(LOOK));
      silent.bind(UnixDomainSocketAddress.of(socket));

      assertTrue(millisUntilRefused(client) >= 1_000);
    }
  }

  private static long millisUntilRefused(KernelClient client) {
    long begun = System.nanoTime();
    assertThrows(IOException.class, () -> client.call(LOOK));
    return (System.nanoTime() - begun) / 1_000_000;
  }
}
