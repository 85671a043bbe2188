package jvs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves a thread into a network namespace, for visits to others than the process's own.
 *
 * <p>Sockets belong to the namespace that their thread lives in when it makes them. Only dedicated
 * platform threads should move: nothing moves them back, and a virtual thread shares its carrier.
 */
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int O_CLOEXEC = 0x80000;

  private NetworkNamespace() {}

  /**
   * A number that only the calling thread's namespace has, and no later one of this boot.
   *
   * @throws LinuxException before Linux 5.14
   */
  public static long cookie() {
    Errno errno = new Errno();
    int socket =
        LinuxException.check(
            "socket",
            Libc.socket(errno, Sockets.AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) value.byteSize());
      LinuxException.check(
          "getsockopt SO_NETNS_COOKIE",
          Libc.getsockopt(
              errno,
              socket,
              Sockets.SOL_SOCKET,
              Sockets.SO_NETNS_COOKIE,
              value.address(),
              length.address()));
      return value.get(ValueLayout.JAVA_LONG, 0);
    } finally {
      Libc.close(errno, socket);
    }
  }

  /** Moves the calling thread into the namespace that {@code ip netns} knows by this name. */
  public static void enter(String name) {
    enterThat("/run/netns/" + name);
  }

  /**
   * Moves the calling thread into a new namespace, which lasts as long as a thread or a socket is
   * in it.
   *
   * @throws LinuxException without CAP_SYS_ADMIN
   */
  public static void enterNew() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread cannot live in a network namespace");
    }
    LinuxException.check(
        "unshare", NativeFunction.of("unshare").call(new Errno(), CLONE_NEWNET, 0, 0));
  }

  /** Moves the calling thread into the namespace that a file stands for. */
  public static void enterThat(String path) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread cannot live in a network namespace");
    }
    Errno errno = new Errno();
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          LinuxException.check(
              "open " + path, Libc.open(errno, arena.allocateFrom(path).address(), O_CLOEXEC));
      try {
        LinuxException.check("setns " + path, Libc.setns(errno, fd, CLONE_NEWNET));
      } finally {
        Libc.close(errno, fd);
      }
    }
  }
}
