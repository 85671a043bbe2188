package jvs.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class ErrnoTest {
  @Test
  void namesErrorsAsTheKernelDoes() {
    assertEquals("EPERM", Errno.name(Errno.EPERM));
    assertEquals("EINVAL", Errno.name(Errno.EINVAL));
    assertEquals("ENOBUFS", Errno.name(Errno.ENOBUFS));
    assertEquals("EAGAIN", Errno.name(11));
    assertEquals("errno 4095", Errno.name(4095));
    assertEquals("Invalid argument", Errno.text(Errno.EINVAL));
  }

  @Test
  void capturesTheErrorOfACall() {
    Errno errno = new Errno();
    int flags = Sockets.MAP_PRIVATE | Sockets.MAP_ANONYMOUS;

    assertEquals(-9, Libc.close(errno, -1));
    assertEquals(-9, Libc.read(errno, -1, 0, 0));
    assertEquals(-Errno.EINVAL, Libc.mmap(errno, 0, 0, 0, flags, -1, 0));
  }

  @Test
  void saysTheCallTheTextAndTheName() {
    LinuxException thrown =
        assertThrows(LinuxException.class, () -> LinuxException.check("bind eth0", -19));

    assertEquals("bind eth0: No such device (ENODEV)", thrown.getMessage());
    assertEquals(Errno.ENODEV, thrown.errno());
    assertEquals(7, LinuxException.check("bind", 7));
    assertEquals(1L << 40, LinuxException.check("mmap", 1L << 40));
  }
}
