package jvs.lab;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.wire.Memory;

/**
 * A network interface whose cable ends in this program: what is written here is received there.
 *
 * <p>Belongs to the network namespace of the thread that opens it, and goes when it is closed. One
 * thread at a time. Numbers from linux/if_tun.h.
 */
final class TunDevice implements AutoCloseable {
  private static final int O_RDWR_CLOEXEC = 2 | 0x80000;
  private static final long TUNSETIFF = 0x4004_54caL;
  private static final int IFF_TUN_WITHOUT_PACKET_INFORMATION = 0x0001 | 0x1000;
  private static final int IFNAMSIZ = 16;
  private static final int IFREQ_BYTES = 40;

  private final Errno errno = new Errno();
  private final int fd;

  /** Makes an interface of this name, which is down. */
  TunDevice(String name) {
    try (Arena arena = Arena.ofConfined()) {
      long path = arena.allocateFrom("/dev/net/tun").address();
      fd = LinuxException.check("open /dev/net/tun", Libc.open(errno, path, O_RDWR_CLOEXEC));
      long ifreq = arena.allocate(IFREQ_BYTES, 8).address();
      byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
      Memory.copy(octets, 0, ifreq, octets.length);
      Memory.putNative16(ifreq + IFNAMSIZ, IFF_TUN_WITHOUT_PACKET_INFORMATION);
      LinuxException.check("TUNSETIFF " + name, Libc.ioctl(errno, fd, TUNSETIFF, ifreq));
    }
  }

  /** Lets the interface receive an IP packet; false if the kernel does not take it. */
  boolean write(long packet, int length) {
    return Libc.write(errno, fd, packet, length) == length;
  }

  @Override
  public void close() {
    Libc.close(errno, fd);
  }
}
