package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Sockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemdNotifierTest {
  @Test
  void tellsTheSocketOfAFileWhatTheServiceDoes(@TempDir Path directory) {
    String name = directory.resolve("notify").toString();
    try (Receiver systemd = new Receiver(name, '/')) {
      SystemdNotifier notifier = SystemdNotifier.to(name);
      assertNotNull(notifier);

      notifier.ready("AF_PACKET on eth0");
      notifier.alive();
      notifier.stopping();
      notifier.close();
      notifier.alive();

      assertEquals("READY=1\nSTATUS=AF_PACKET on eth0", systemd.next());
      assertEquals("WATCHDOG=1", systemd.next());
      assertEquals("STOPPING=1", systemd.next());
      assertEquals("", systemd.next(), "closed notifiers say nothing");
    }
  }

  @Test
  void knowsAbstractSockets() {
    String name = "@jvst-" + ProcessHandle.current().pid();
    try (Receiver systemd = new Receiver(name, '\0')) {
      SystemdNotifier notifier = SystemdNotifier.to(name);
      assertNotNull(notifier);

      notifier.alive();
      notifier.close();

      assertEquals("WATCHDOG=1", systemd.next());
    }
  }

  @Test
  void isNobodyWithoutASocket() {
    assertNull(SystemdNotifier.to(null));
    assertNull(SystemdNotifier.to(""));
  }

  @Test
  void namesAValueThatCannotBeASocket() {
    String name = "/" + "x".repeat(107);

    DaemonException refused = assertThrows(DaemonException.class, () -> SystemdNotifier.to(name));

    assertTrue(refused.getMessage().contains(name));
  }

  /** Stands in systemd's place: a bound datagram socket. */
  private static final class Receiver implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Errno errno = new Errno();
    private final int fd;

    Receiver(String name, char first) {
      byte[] path = (first + name.substring(1)).getBytes(StandardCharsets.UTF_8);
      MemorySegment address = arena.allocate(110, 8);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) Sockets.AF_UNIX);
      MemorySegment.copy(MemorySegment.ofArray(path), 0, address, 2, path.length);
      fd =
          LinuxException.check(
              "socket", Libc.socket(errno, Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0));
      int length = 2 + path.length + (first == '/' ? 1 : 0);
      LinuxException.check("bind", Libc.bind(errno, fd, address.address(), length));
    }

    /** The next datagram, empty if none waits. */
    String next() {
      MemorySegment room = arena.allocate(1024);
      long length = Libc.recvfrom(errno, fd, room.address(), 1024, Sockets.MSG_DONTWAIT, 0, 0);
      byte[] text = room.asSlice(0, Math.max(0, length)).toArray(ValueLayout.JAVA_BYTE);
      return new String(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      Libc.close(errno, fd);
      arena.close();
    }
  }
}
