package jvs.linux;

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

  /**
   * All have this one form, for which the linker writes code once: a second form takes as long as
   * all of them. What a function does not take it does not look for; an int has its sign on.
   */
  private static final FunctionDescriptor SIX_WORDS =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle SOCKET = capturing("socket");
  private static final MethodHandle BIND = capturing("bind");
  private static final MethodHandle GETSOCKNAME = capturing("getsockname");
  private static final MethodHandle SETSOCKOPT = capturing("setsockopt");
  private static final MethodHandle GETSOCKOPT = capturing("getsockopt");
  private static final MethodHandle SENDTO = capturing("sendto");
  private static final MethodHandle SENDMMSG = capturing("sendmmsg");
  private static final MethodHandle RECVFROM = capturing("recvfrom");
  private static final MethodHandle SENDMMSG_UNEXPLAINED = plain("sendmmsg");
  private static final MethodHandle SENDTO_UNEXPLAINED = plain("sendto");
  private static final MethodHandle RECVFROM_UNEXPLAINED = plain("recvfrom");
  private static final MethodHandle POLL_UNEXPLAINED = plain("poll");
  private static final MethodHandle READ_UNEXPLAINED = plain("read");
  private static final MethodHandle WRITE_UNEXPLAINED = plain("write");
  private static final MethodHandle MMAP = capturing("mmap");
  private static final MethodHandle MUNMAP = capturing("munmap");
  private static final MethodHandle MADVISE = capturing("madvise");
  private static final MethodHandle IOCTL = capturing("ioctl");
  private static final MethodHandle EVENTFD = capturing("eventfd");
  private static final MethodHandle READ = capturing("read");
  private static final MethodHandle WRITE = capturing("write");
  private static final MethodHandle OPEN = capturing("open");
  private static final MethodHandle CLOSE = capturing("close");
  private static final MethodHandle SETNS = capturing("setns");
  private static final MethodHandle STRERROR = plain("strerror");

  private Libc() {}

  private static MethodHandle capturing(String name) {
    return link(name, Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle plain(String name) {
    return link(name);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle link(String name, Linker.Option... options) {
    MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
    return LINKER.downcallHandle(address, SIX_WORDS, options);
  }

  /** Makes a socket. */
  public static int socket(Errno errno, int domain, int type, int protocol) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  SOCKET.invokeExact(
                      errno.segment(), (long) domain, (long) type, (long) protocol, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Binds a socket to the address of {@code length} bytes at {@code address}. */
  public static int bind(Errno errno, int fd, long address, int length) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  BIND.invokeExact(errno.segment(), (long) fd, address, (long) length, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads a socket's own address; {@code lengthAddress} points to the size of the room. */
  public static int getsockname(Errno errno, int fd, long address, long lengthAddress) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  GETSOCKNAME.invokeExact(
                      errno.segment(), (long) fd, address, lengthAddress, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sets a socket option from {@code length} bytes at {@code value}. */
  public static int setsockopt(Errno errno, int fd, int level, int option, long value, int length) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  SETSOCKOPT.invokeExact(
                      errno.segment(),
                      (long) fd,
                      (long) level,
                      (long) option,
                      value,
                      (long) length,
                      0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads a socket option; {@code lengthAddress} points to the size of the room. */
  public static int getsockopt(
      Errno errno, int fd, int level, int option, long value, long lengthAddress) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  GETSOCKOPT.invokeExact(
                      errno.segment(),
                      (long) fd,
                      (long) level,
                      (long) option,
                      value,
                      lengthAddress,
                      0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends one message; {@code to} may be 0. */
  public static long sendto(
      Errno errno, int fd, long buffer, long length, int flags, long to, int toLength) {
    try {
      return errno.resultOf(
          (long)
              SENDTO.invokeExact(
                  errno.segment(), (long) fd, buffer, length, (long) flags, to, (long) toLength));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends several messages; returns how many, and fails only if the first one does. */
  public static int sendmmsg(Errno errno, int fd, long messages, int count, int flags) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  SENDMMSG.invokeExact(
                      errno.segment(), (long) fd, messages, (long) count, (long) flags, 0L, 0L));
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
                  errno.segment(),
                  (long) fd,
                  buffer,
                  length,
                  (long) flags,
                  from,
                  fromLengthAddress));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends several messages; returns how many, or -1 if the first one failed. */
  public static int sendmmsg(int fd, long messages, int count, int flags) {
    try {
      return (int)
          (long)
              SENDMMSG_UNEXPLAINED.invokeExact(
                  (long) fd, messages, (long) count, (long) flags, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Sends one message to where the socket is bound; returns its length, or -1. */
  public static long sendto(int fd, long buffer, long length, int flags) {
    try {
      return (long) SENDTO_UNEXPLAINED.invokeExact((long) fd, buffer, length, (long) flags, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Receives one message; returns its length as far as it fitted, or -1. */
  public static long recvfrom(int fd, long buffer, long length, int flags) {
    try {
      return (long)
          RECVFROM_UNEXPLAINED.invokeExact((long) fd, buffer, length, (long) flags, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Lets the kernel send what lies in a ring of the socket; -1 if it could not send all. */
  public static long kickSending(int fd) {
    return sendto(fd, 0, 0, Sockets.MSG_DONTWAIT);
  }

  /** Lets the kernel look at a ring of the socket that it receives into; -1 if it could not. */
  public static long kickReceiving(int fd) {
    return recvfrom(fd, 0, 0, Sockets.MSG_DONTWAIT);
  }

  /**
   * Waits for events on {@code count} pollfd structures; a negative timeout means for ever. Returns
   * how many have some, or -1.
   */
  public static int poll(long pollfds, long count, int timeoutMillis) {
    try {
      return (int)
          (long) POLL_UNEXPLAINED.invokeExact(pollfds, count, (long) timeoutMillis, 0L, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads from a descriptor; -1 if that failed. */
  public static long read(int fd, long buffer, long length) {
    try {
      return (long) READ_UNEXPLAINED.invokeExact((long) fd, buffer, length, 0L, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Writes to a descriptor; -1 if that failed. */
  public static long write(int fd, long buffer, long length) {
    try {
      return (long) WRITE_UNEXPLAINED.invokeExact((long) fd, buffer, length, 0L, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Maps memory. */
  public static long mmap(
      Errno errno, long address, long length, int protection, int flags, int fd, long offset) {
    try {
      return errno.resultOf(
          (long)
              MMAP.invokeExact(
                  errno.segment(),
                  address,
                  length,
                  (long) protection,
                  (long) flags,
                  (long) fd,
                  offset));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Unmaps memory. */
  public static int munmap(Errno errno, long address, long length) {
    try {
      return errno.resultOf(
          (int) (long) MUNMAP.invokeExact(errno.segment(), address, length, 0L, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Tells the kernel how memory will be used. */
  public static int madvise(Errno errno, long address, long length, int advice) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  MADVISE.invokeExact(errno.segment(), address, length, (long) advice, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Device control with a pointer argument. */
  public static int ioctl(Errno errno, int fd, long request, long argument) {
    try {
      return errno.resultOf(
          (int)
              (long) IOCTL.invokeExact(errno.segment(), (long) fd, request, argument, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Makes an event counter. */
  public static int eventfd(Errno errno, int initial, int flags) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  EVENTFD.invokeExact(
                      errno.segment(), (long) initial, (long) flags, 0L, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Reads from a descriptor. */
  public static long read(Errno errno, int fd, long buffer, long length) {
    try {
      return errno.resultOf(
          (long) READ.invokeExact(errno.segment(), (long) fd, buffer, length, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Writes to a descriptor. */
  public static long write(Errno errno, int fd, long buffer, long length) {
    try {
      return errno.resultOf(
          (long) WRITE.invokeExact(errno.segment(), (long) fd, buffer, length, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Opens the file whose NUL-terminated path lies at {@code path}; never creates one. */
  public static int open(Errno errno, long path, int flags) {
    try {
      return errno.resultOf(
          (int) (long) OPEN.invokeExact(errno.segment(), path, (long) flags, 0L, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Closes a descriptor. */
  public static int close(Errno errno, int fd) {
    try {
      return errno.resultOf(
          (int) (long) CLOSE.invokeExact(errno.segment(), (long) fd, 0L, 0L, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Moves the calling thread into the namespace that {@code fd} stands for. */
  public static int setns(Errno errno, int fd, int namespaceType) {
    try {
      return errno.resultOf(
          (int)
              (long)
                  SETNS.invokeExact(
                      errno.segment(), (long) fd, (long) namespaceType, 0L, 0L, 0L, 0L));
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Address of the C library's text for an error number. */
  static long strerror(int errno) {
    try {
      return (long) STRERROR.invokeExact((long) errno, 0L, 0L, 0L, 0L, 0L);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
