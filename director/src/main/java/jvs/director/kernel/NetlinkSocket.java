package jvs.director.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Sockets;
import jvs.wire.Memory;

/**
 * A socket to the kernel's routing tables, or to another of its families: netlink(7).
 *
 * <p>One thread. Belongs to the network namespace of the thread that opened it.
 */
final class NetlinkSocket implements AutoCloseable {
  /** Length of struct nlmsghdr. */
  static final int HEADER_BYTES = 16;

  /** End of a dump. */
  static final int NLMSG_DONE = 3;

  /** An error, or the acknowledgement of a request. */
  static final int NLMSG_ERROR = 2;

  /** Flag: the tables changed during the dump. */
  static final int NLM_F_DUMP_INTR = 0x10;

  /** Links, addresses, routes, neighbours. */
  static final int NETLINK_ROUTE = 0;

  /** Families by name. */
  static final int NETLINK_GENERIC = 16;

  private static final int SOCKADDR_NL_BYTES = 12;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_DUMP = 0x300;

  // The kernel fills at most 32 KiB of a dump into one message (netlink_dump).
  private static final int BUFFER_BYTES = 1 << 17;
  private static final int KERNEL_BUFFER_BYTES = 4 << 20;

  private final Errno errno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final byte[] octets = new byte[BUFFER_BYTES];
  private final long buffer;
  private final long address;
  private final long addressLength;
  private int fd;
  private int sequence;

  /** Opens a socket that hears of these groups (a bit mask of RTMGRP_* numbers). */
  NetlinkSocket(int protocol, int groups) {
    buffer = arena.allocate(BUFFER_BYTES, 8).address();
    address = arena.allocate(SOCKADDR_NL_BYTES, 4).address();
    addressLength = arena.allocate(4, 4).address();
    fd =
        LinuxException.check(
            "netlink socket",
            Libc.socket(
                errno, Sockets.AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, protocol));
    Memory.putInt(buffer, KERNEL_BUFFER_BYTES);
    // Needs CAP_NET_ADMIN; a small buffer overflows sooner, which is noticed and made good.
    Libc.setsockopt(errno, fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, buffer, 4);
    Memory.zero(address, SOCKADDR_NL_BYTES);
    Memory.putNative16(address, Sockets.AF_NETLINK);
    Memory.putInt(address + 8, groups);
    int bound = Libc.bind(errno, fd, address, SOCKADDR_NL_BYTES);
    if (bound < 0) {
      close();
      throw new LinuxException("netlink bind", -bound);
    }
  }

  int fileDescriptor() {
    return fd;
  }

  /** Asks for all entries of a table: RTM_GETLINK and its like. */
  void requestDump(int type) {
    // The longest of the request structures (ifinfomsg, 16 bytes), all zero: every family.
    int length = HEADER_BYTES + 16;
    Memory.zero(buffer, length);
    Memory.putInt(buffer, length);
    Memory.putNative16(buffer + 4, type);
    Memory.putNative16(buffer + 6, NLM_F_REQUEST | NLM_F_DUMP);
    Memory.putInt(buffer + 8, ++sequence);
    LinuxException.check("netlink send", Libc.sendto(errno, fd, buffer, length, 0, 0, 0));
  }

  /** Sends one request with what follows its header. */
  void request(int type, byte[] body) {
    int length = HEADER_BYTES + body.length;
    Memory.putInt(buffer, length);
    Memory.putNative16(buffer + 4, type);
    Memory.putNative16(buffer + 6, NLM_F_REQUEST);
    Memory.putInt(buffer + 8, ++sequence);
    Memory.putInt(buffer + 12, 0);
    Memory.copy(body, 0, buffer + HEADER_BYTES, body.length);
    LinuxException.check("netlink send", Libc.sendto(errno, fd, buffer, length, 0, 0, 0));
  }

  /** Sends whole messages, as long as the buffer at most. */
  void send(ByteBuffer messages) {
    int length = messages.remaining();
    Memory.segment(buffer, length).copyFrom(MemorySegment.ofBuffer(messages));
    LinuxException.check("netlink send", Libc.sendto(errno, fd, buffer, length, 0, 0, 0));
  }

  /** Number that the answers to the latest request carry. */
  int sequence() {
    return sequence;
  }

  /**
   * Receives one datagram, which holds one or more messages.
   *
   * @param waits whether to wait for it
   * @return the datagram, empty if there is none or it is not the kernel's
   * @throws LinuxException ENOBUFS if the kernel had to drop some
   */
  ByteBuffer receive(boolean waits) {
    Memory.putInt(addressLength, SOCKADDR_NL_BYTES);
    int flags = Sockets.MSG_TRUNC | (waits ? 0 : Sockets.MSG_DONTWAIT);
    long length = Libc.recvfrom(errno, fd, buffer, BUFFER_BYTES, flags, address, addressLength);
    if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
      return ByteBuffer.allocate(0);
    }
    LinuxException.check("netlink receive", length);
    if (length > BUFFER_BYTES) {
      throw new LinuxException("netlink receive of " + length + " bytes", Errno.ENOBUFS);
    }
    if (Memory.getInt(address + 4) != 0) {
      return ByteBuffer.allocate(0);
    }
    Memory.copy(buffer, octets, 0, (int) length);
    return ByteBuffer.wrap(octets, 0, (int) length).slice().order(ByteOrder.nativeOrder());
  }

  /** Closes the socket; idempotent. */
  @Override
  public void close() {
    if (fd >= 0) {
      Libc.close(errno, fd);
      fd = -1;
      arena.close();
    }
  }
}
