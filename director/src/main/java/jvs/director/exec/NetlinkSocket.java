package jvs.director.exec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A caller's netlink socket as we know it: what it takes for NETLINK_GENERIC is NETLINK_USERSOCK,
 * over which our answers reach it as real datagrams. One thread.
 */
final class NetlinkSocket {
  private static final int EAGAIN = 11;

  private final String namespace;
  private final Deque<byte[]> unsent = new ArrayDeque<>();
  private int kernelFd = -1;

  /** A socket made in a network namespace. */
  NetlinkSocket(String namespace) {
    this.namespace = namespace;
  }

  String namespace() {
    return namespace;
  }

  /** The socket through which other families are asked, -1 if there is none yet. */
  int kernelFd() {
    return kernelFd;
  }

  void kernelFd(int fd) {
    kernelFd = fd;
  }

  /** Lets datagrams follow those that wait. */
  void enqueue(List<byte[]> datagrams) {
    unsent.addAll(datagrams);
  }

  /** Sends what the caller's queue has room for. */
  void flush(Kernel kernel, int ownFd, int port) {
    while (!unsent.isEmpty()) {
      if (kernel.sendTo(ownFd, unsent.peek(), port) == -EAGAIN) {
        return;
      }
      unsent.remove();
    }
  }

  void close(Kernel kernel) {
    if (kernelFd >= 0) {
      kernel.close(kernelFd);
      kernelFd = -1;
    }
  }
}
