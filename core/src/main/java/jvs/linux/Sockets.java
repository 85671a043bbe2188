package jvs.linux;

/**
 * Numbers of sys/socket.h, sys/mman.h and poll.h under their own names.
 *
 * <p>The values are those that x86-64 and aarch64 share.
 */
public final class Sockets {
  /** Unix domain sockets; any datagram socket will do for interface ioctls. */
  public static final int AF_UNIX = 1;

  /** Netlink sockets. */
  public static final int AF_NETLINK = 16;

  /** Packet sockets. */
  public static final int AF_PACKET = 17;

  /** Datagrams. */
  public static final int SOCK_DGRAM = 2;

  /** Raw messages, headers included. */
  public static final int SOCK_RAW = 3;

  /** Flag of socket(2): not inherited by child processes. */
  public static final int SOCK_CLOEXEC = 0x80000;

  /** Flag of socket(2): calls do not block. */
  public static final int SOCK_NONBLOCK = 0x800;

  /** Level of the options of every socket. */
  public static final int SOL_SOCKET = 1;

  /** Pending error; reading it clears it. */
  public static final int SO_ERROR = 4;

  /** Attaches a classic BPF filter. */
  public static final int SO_ATTACH_FILTER = 26;

  /** Room for sending beyond net.core.wmem_max; needs CAP_NET_ADMIN. */
  public static final int SO_SNDBUFFORCE = 32;

  /** Room for receiving beyond net.core.rmem_max; needs CAP_NET_ADMIN. */
  public static final int SO_RCVBUFFORCE = 33;

  /** Number of the socket's network namespace that no other ever has. */
  public static final int SO_NETNS_COOKIE = 71;

  /** This call does not block. */
  public static final int MSG_DONTWAIT = 0x40;

  /** recvfrom(2) returns the message's real length, however much of it fitted. */
  public static final int MSG_TRUNC = 0x20;

  /** Pages may be read. */
  public static final int PROT_READ = 1;

  /** Pages may be written. */
  public static final int PROT_WRITE = 2;

  /** Writes reach the mapped object. */
  public static final int MAP_SHARED = 1;

  /** Writes stay with this process. */
  public static final int MAP_PRIVATE = 2;

  /** Memory that is no file's. */
  public static final int MAP_ANONYMOUS = 0x20;

  /** madvise(2): use huge pages. */
  public static final int MADV_HUGEPAGE = 14;

  /** madvise(2): commit the memory now (since Linux 5.14). */
  public static final int MADV_POPULATE_WRITE = 23;

  /** Something to read. */
  public static final int POLLIN = 1;

  /** An error waits. */
  public static final int POLLERR = 8;

  /** The descriptor is not open. */
  public static final int POLLNVAL = 0x20;

  private Sockets() {}
}
