package jvs.linux;

import java.lang.foreign.Arena;

/**
 * Moves a thread into a network namespace, for tests and the lab.
 *
 * <p>Sockets belong to the namespace that their thread lives in when it makes them. Only dedicated
 * platform threads should move: nothing moves them back, and a virtual thread shares its carrier.
 */
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int O_CLOEXEC = 0x80000;

  private NetworkNamespace() {}

  /** Moves the calling thread into the namespace that {@code ip netns} knows by this name. */
  public static void enter(String name) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a virtual thread cannot live in a network namespace");
    }
    Errno errno = new Errno();
    try (Arena arena = Arena.ofConfined()) {
      String path = "/run/netns/" + name;
      int fd =
          LinuxException.check(
              "open " + path, Libc.open(errno, arena.allocateFrom(path).address(), O_CLOEXEC));
      try {
        LinuxException.check("setns " + name, Libc.setns(errno, fd, CLONE_NEWNET));
      } finally {
        Libc.close(errno, fd);
      }
    }
  }
}
