package jvs.director.daemon;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Sockets;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd how the service is doing (sd_notify(3)): datagrams of NAME=VALUE lines to the UNIX
 * socket that {@code NOTIFY_SOCKET} names. Without that variable it says nothing to nobody.
 *
 * <p>Any thread. systemd's own failures are not the director's: they are ignored.
 */
final class SystemdNotifier implements AutoCloseable {
  private static final int PATH_BYTES = 108;
  private static final int FAMILY_BYTES = 2;
  private static final int MESSAGE_BYTES = 512;

  private final Errno errno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment address = arena.allocate(FAMILY_BYTES + PATH_BYTES, 8);
  private final MemorySegment message = arena.allocate(MESSAGE_BYTES);
  private final int addressLength;
  private int fd = -1;

  private SystemdNotifier(String socket) {
    byte[] path = socket.getBytes(StandardCharsets.UTF_8);
    if (path.length < 2 || path.length >= PATH_BYTES) {
      throw new DaemonException("NOTIFY_SOCKET=" + socket + ": expected 2 to 107 bytes");
    }
    Memory.putNative16(address.address(), Sockets.AF_UNIX);
    MemorySegment.copy(MemorySegment.ofArray(path), 0, address, FAMILY_BYTES, path.length);
    boolean isAbstract = path[0] == '@';
    if (isAbstract) {
      Memory.put8(address.address() + FAMILY_BYTES, 0);
    }
    addressLength = FAMILY_BYTES + path.length + (isAbstract ? 0 : 1);
    int type = Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC;
    fd = LinuxException.check("socket", Libc.socket(errno, Sockets.AF_UNIX, type, 0));
  }

  /**
   * The notifier for this value of {@code NOTIFY_SOCKET}; null if there is none.
   *
   * @throws DaemonException if the value cannot be a socket's name
   */
  static @Nullable SystemdNotifier to(@Nullable String socket) {
    return socket == null || socket.isEmpty() ? null : new SystemdNotifier(socket);
  }

  /** The service is up; {@code status} is what {@code systemctl status} shows. */
  void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** The service begins to stop. */
  void stopping() {
    send("STOPPING=1");
  }

  /** Still alive; at least twice in the unit's WatchdogSec. */
  void alive() {
    send("WATCHDOG=1");
  }

  private synchronized void send(String lines) {
    if (fd < 0) {
      return;
    }
    byte[] text = lines.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MESSAGE_BYTES);
    MemorySegment.copy(MemorySegment.ofArray(text), 0, message, 0, length);
    long unusedResult =
        Libc.sendto(
            errno,
            fd,
            message.address(),
            length,
            Sockets.MSG_DONTWAIT,
            address.address(),
            addressLength);
  }

  @Override
  public synchronized void close() {
    if (fd >= 0) {
      Libc.close(errno, fd);
      fd = -1;
      arena.close();
    }
  }
}
