package jvs.director.exec;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import jvs.linux.Errno;
import jvs.linux.NativeFunction;
import jvs.wire.Memory;

/**
 * The system calls that the supervisor makes itself; results as in {@link jvs.linux.Libc}.
 *
 * <p>One thread, the supervisor's.
 */
final class Kernel {
  static final int SOL_SOCKET = 1;
  static final int AF_NETLINK = 16;
  static final int NETLINK_USERSOCK = 2;
  static final int NETLINK_GENERIC = 16;
  static final int SOCK_RAW = 3;
  static final int O_CLOEXEC = 0x80000;
  static final int O_NONBLOCK = 0x800;
  static final int MSG_DONTWAIT = 0x40;
  static final int SOCKADDR_NL = 12;

  private static final int F_GETFL = 3;
  private static final int MFD_CLOEXEC = 1;
  private static final long SCRATCH_BYTES = 512;

  private final NativeFunction syscall = NativeFunction.of("syscall");
  private final NativeFunction ioctl = NativeFunction.of("ioctl");
  private final NativeFunction poll = NativeFunction.of("poll");
  private final NativeFunction socket = NativeFunction.of("socket");
  private final NativeFunction bind = NativeFunction.of("bind");
  private final NativeFunction getsockname = NativeFunction.of("getsockname");
  private final NativeFunction getsockopt = NativeFunction.of("getsockopt");
  private final NativeFunction sendto = NativeFunction.of("sendto");
  private final NativeFunction recvmsg = NativeFunction.of("recvmsg");
  private final NativeFunction fcntl = NativeFunction.of("fcntl");
  private final NativeFunction close = NativeFunction.of("close");
  private final NativeFunction open = NativeFunction.of("open");
  private final NativeFunction pipe2 = NativeFunction.of("pipe2");
  private final NativeFunction read = NativeFunction.of("read");
  private final NativeFunction write = NativeFunction.of("write");
  private final NativeFunction memfdCreate = NativeFunction.of("memfd_create");

  private final Machine machine;
  private final Errno errno = new Errno();
  private final long scratch = Arena.global().allocate(SCRATCH_BYTES, 8).address();

  Kernel(Machine machine) {
    this.machine = machine;
  }

  int ioctl(int fd, long request, long argument) {
    return ioctl.call(errno, fd, request, argument);
  }

  int poll(long pollfds, int count, int timeoutMillis) {
    return poll.call(errno, pollfds, count, timeoutMillis);
  }

  /** Any system call, by number. */
  long syscall(int number, long a, long b, long c, long d, long e) {
    return syscall.callLong(errno, number, a, b, c, d, e, 0);
  }

  int pidfdOpen(int pid) {
    return (int) syscall(machine.pidfdOpen(), pid, 0, 0, 0, 0);
  }

  int pidfdGetfd(int pidfd, int fd) {
    return (int) syscall(machine.pidfdGetfd(), pidfd, fd, 0, 0, 0);
  }

  int socket(int domain, int type, int protocol) {
    return socket.call(errno, domain, type, protocol);
  }

  /** The netlink port of a socket, which gets one if it has none. */
  int netlinkPort(int fd) {
    int port = boundPort(fd);
    if (port == 0) {
      putAddress(scratch, 0);
      bind.call(errno, fd, scratch, SOCKADDR_NL);
      port = boundPort(fd);
    }
    return port;
  }

  private int boundPort(int fd) {
    Memory.putInt(scratch + 16, SOCKADDR_NL);
    int result = getsockname.call(errno, fd, scratch, scratch + 16);
    return result < 0 ? 0 : Memory.getInt(scratch + 4);
  }

  /** Writes a struct sockaddr_nl. */
  static void putAddress(long address, int port) {
    Memory.zero(address, SOCKADDR_NL);
    Memory.putNative16(address, AF_NETLINK);
    Memory.putInt(address + 4, port);
  }

  /** A socket option of up to 16 bytes, as a number; 0 if it cannot be read. */
  long option(int fd, int level, int name) {
    Memory.zero(scratch, 16);
    Memory.putInt(scratch + 16, 16);
    int result = getsockopt.call(errno, fd, level, name, scratch, scratch + 16, 0, 0);
    return result < 0 ? 0 : Memory.getLong(scratch);
  }

  /** SO_RCVTIMEO in milliseconds, 0 for none. */
  long receiveTimeoutMillis(int fd) {
    long seconds = option(fd, SOL_SOCKET, 20);
    return seconds * 1000 + Memory.getLong(scratch + 8) / 1000;
  }

  boolean isNonBlocking(int fd) {
    return (fcntl.call(errno, fd, F_GETFL, 0) & O_NONBLOCK) != 0;
  }

  /** Sends a datagram to a netlink port without waiting; 0 is the kernel's. */
  long sendTo(int fd, byte[] datagram, int port) {
    try (Arena arena = Arena.ofConfined()) {
      long data = arena.allocate(Math.max(1, datagram.length), 8).address();
      Memory.copy(datagram, 0, data, datagram.length);
      putAddress(scratch, port);
      return sendto.callLong(
          errno, fd, data, datagram.length, MSG_DONTWAIT, scratch, SOCKADDR_NL, 0);
    }
  }

  long receive(int fd, long messageHeader, int flags) {
    return recvmsg.callLong(errno, fd, messageHeader, flags, 0, 0, 0, 0);
  }

  long read(int fd, long buffer, int length) {
    return read.callLong(errno, fd, buffer, length, 0, 0, 0, 0);
  }

  /** Opens a file. */
  int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return open.call(errno, arena.allocateFrom(path).address(), flags, 0);
    }
  }

  int close(int fd) {
    return close.call(errno, fd, 0, 0);
  }

  /** A pipe: the end to read from in the low half, the other in the high one; or an error. */
  long pipe() {
    int result = pipe2.call(errno, scratch, O_CLOEXEC | O_NONBLOCK, 0);
    return result < 0 ? result : Memory.getLong(scratch);
  }

  /** A file in memory that can only be read and has this content. */
  int textFile(String name, String content) {
    byte[] octets = content.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      long path = arena.allocateFrom(name).address();
      int writable = memfdCreate.call(errno, path, MFD_CLOEXEC, 0);
      if (writable < 0) {
        return writable;
      }
      long data = arena.allocate(Math.max(1, octets.length)).address();
      Memory.copy(octets, 0, data, octets.length);
      long done = write.callLong(errno, writable, data, octets.length, 0, 0, 0, 0);
      int readable = done < 0 ? (int) done : open("/proc/self/fd/" + writable, O_CLOEXEC);
      close(writable);
      return readable;
    }
  }
}
