package jvs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls, through the C library's wrappers so that no call numbers are needed here.
 *
 * <p>Pointers are plain addresses. A call with an {@link Errno} returns its result, or the negated
 * error number as the kernel itself does. To capture that number java.lang.foreign slices a
 * segment, which costs 40 bytes of heap wherever the compiler does not see through it; so what
 * workers call all the time has a form without, that says only whether it failed and never
 * allocates. Nothing is thrown. Any thread, each with its own {@link Errno}. Names and arguments as
 * in section 2 of the Linux manual.
 */
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle SOCKET =
      capturing("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      capturing("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle GETSOCKNAME =
      capturing("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SETSOCKOPT =
      capturing(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle GETSOCKOPT =
      capturing(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SENDTO =
      capturing(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SENDMMSG =
      capturing(
          "sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle RECVFROM =
      capturing(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle SENDMMSG_UNEXPLAINED =
      downcall(
          "sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle SENDTO_UNEXPLAINED =
      downcall(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle RECVFROM_UNEXPLAINED =
      downcall(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle POLL_UNEXPLAINED =
      downcall("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle READ_UNEXPLAINED =
      downcall("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE_UNEXPLAINED =
      downcall("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MMAP =
      capturing(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      capturing("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MADVISE =
      capturing("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
  private static final MethodHandle IOCTL =
      capturing(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle EVENTFD =
      capturing("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle READ =
      capturing("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE =
      capturing("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle OPEN =
      capturing(
          "open",
          FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      capturing("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SETNS =
      capturing("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle STRERROR =
      downcall("strerror", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

  private Libc() {}

  private static MethodHandle capturing(
      String name, FunctionDescriptor function, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    System.arraycopy(more, 0, options, 1, more.length);
    options[0] = Linker.Option.captureCallState("errno");
    return downcall(name, function, options);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle downcall(
      String name, FunctionDescriptor function, Linker.Option... options) {
    MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
    return LINKER.downcallHandle(address, function, options);
  }

  /** Makes a socket. */
  public static int socket(Errno errno, int domain, int type, int protocol) {
    try {
      return errno.resultOf((int) SOCKET.invokeExact(errno.segment(), domain, type, protocol));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Binds a socket to the address of {@code length} bytes at {@code address}. */
  public static int bind(Errno errno, int fd, long address, int length) {
    try {
      return errno.resultOf((int) BIND.invokeExact(errno.segment(), fd, address, length));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads a socket's own address; {@code lengthAddress} points to the size of the room. */
  public static int getsockname(Errno errno, int fd, long address, long lengthAddress) {
    try {
      return errno.resultOf(
          (int) GETSOCKNAME.invokeExact(errno.segment(), fd, address, lengthAddress));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sets a socket option from {@code length} bytes at {@code value}. */
  public static int setsockopt(Errno errno, int fd, int level, int option, long value, int length) {
    try {
      return errno.resultOf(
          (int) SETSOCKOPT.invokeExact(errno.segment(), fd, level, option, value, length));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads a socket option; {@code lengthAddress} points to the size of the room. */
  public static int getsockopt(
      Errno errno, int fd, int level, int option, long value, long lengthAddress) {
    try {
      return errno.resultOf(
          (int) GETSOCKOPT.invokeExact(errno.segment(), fd, level, option, value, lengthAddress));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends one message; {@code to} may be 0. */
  public static long sendto(
      Errno errno, int fd, long buffer, long length, int flags, long to, int toLength) {
    try {
      return errno.resultOf(
          (long) SENDTO.invokeExact(errno.segment(), fd, buffer, length, flags, to, toLength));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends several messages; returns how many, and fails only if the first one does. */
  public static int sendmmsg(Errno errno, int fd, long messages, int count, int flags) {
    try {
      return errno.resultOf(
          (int) SENDMMSG.invokeExact(errno.segment(), fd, messages, count, flags));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Receives one message; {@code from} and {@code fromLengthAddress} may be 0. */
  public static long recvfrom(
      Errno errno, int fd, long buffer, long length, int flags, long from, long fromLengthAddress) {
    try {
      return errno.resultOf(
          (long)
              RECVFROM.invokeExact(
                  errno.segment(), fd, buffer, length, flags, from, fromLengthAddress));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends several messages; returns how many, or -1 if the first one failed. */
  public static int sendmmsg(int fd, long messages, int count, int flags) {
    try {
      return (int) SENDMMSG_UNEXPLAINED.invokeExact(fd, messages, count, flags);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Receives one message; returns its length as far as it fitted, or -1. */
  public static long recvfrom(int fd, long buffer, long length, int flags) {
    try {
      return (long) RECVFROM_UNEXPLAINED.invokeExact(fd, buffer, length, flags, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Lets the kernel send what lies in a ring of the socket; -1 if it could not send all. */
  public static long kickSending(int fd) {
    try {
      return (long) SENDTO_UNEXPLAINED.invokeExact(fd, 0L, 0L, Sockets.MSG_DONTWAIT, 0L, 0);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Lets the kernel look at a ring of the socket that it receives into; -1 if it could not. */
  public static long kickReceiving(int fd) {
    try {
      return (long) RECVFROM_UNEXPLAINED.invokeExact(fd, 0L, 0L, Sockets.MSG_DONTWAIT, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /**
   * Waits for events on {@code count} pollfd structures; a negative timeout means for ever. Returns
   * how many have some, or -1.
   */
  public static int poll(long pollfds, long count, int timeoutMillis) {
    try {
      return (int) POLL_UNEXPLAINED.invokeExact(pollfds, count, timeoutMillis);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads from a descriptor; -1 if that failed. */
  public static long read(int fd, long buffer, long length) {
    try {
      return (long) READ_UNEXPLAINED.invokeExact(fd, buffer, length);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Writes to a descriptor; -1 if that failed. */
  public static long write(int fd, long buffer, long length) {
    try {
      return (long) WRITE_UNEXPLAINED.invokeExact(fd, buffer, length);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Maps memory. */
  public static long mmap(
      Errno errno, long address, long length, int protection, int flags, int fd, long offset) {
    try {
      return errno.resultOf(
          (long) MMAP.invokeExact(errno.segment(), address, length, protection, flags, fd, offset));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Unmaps memory. */
  public static int munmap(Errno errno, long address, long length) {
    try {
      return errno.resultOf((int) MUNMAP.invokeExact(errno.segment(), address, length));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Tells the kernel how memory will be used. */
  public static int madvise(Errno errno, long address, long length, int advice) {
    try {
      return errno.resultOf((int) MADVISE.invokeExact(errno.segment(), address, length, advice));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Device control with a pointer argument. */
  public static int ioctl(Errno errno, int fd, long request, long argument) {
    try {
      return errno.resultOf((int) IOCTL.invokeExact(errno.segment(), fd, request, argument));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Makes an event counter. */
  public static int eventfd(Errno errno, int initial, int flags) {
    try {
      return errno.resultOf((int) EVENTFD.invokeExact(errno.segment(), initial, flags));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads from a descriptor. */
  public static long read(Errno errno, int fd, long buffer, long length) {
    try {
      return errno.resultOf((long) READ.invokeExact(errno.segment(), fd, buffer, length));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Writes to a descriptor. */
  public static long write(Errno errno, int fd, long buffer, long length) {
    try {
      return errno.resultOf((long) WRITE.invokeExact(errno.segment(), fd, buffer, length));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Opens the file whose NUL-terminated path lies at {@code path}; never creates one. */
  public static int open(Errno errno, long path, int flags) {
    try {
      return errno.resultOf((int) OPEN.invokeExact(errno.segment(), path, flags));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Closes a descriptor. */
  public static int close(Errno errno, int fd) {
    try {
      return errno.resultOf((int) CLOSE.invokeExact(errno.segment(), fd));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Moves the calling thread into the namespace that {@code fd} stands for. */
  public static int setns(Errno errno, int fd, int namespaceType) {
    try {
      return errno.resultOf((int) SETNS.invokeExact(errno.segment(), fd, namespaceType));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Address of the C library's text for an error number. */
  static long strerror(int errno) {
    try {
      return (long) STRERROR.invokeExact(errno);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
