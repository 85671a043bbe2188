package jvs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvs.wire.Memory;

/**
 * Where the system calls of one object leave their error number, and the names of those numbers.
 *
 * <p>Each object that makes system calls owns one, so that a call allocates nothing. One thread at
 * a time. Numbers as in asm-generic/errno.h, which x86-64 and aarch64 share.
 */
public final class Errno {
  /** Operation not permitted. */
  public static final int EPERM = 1;

  /** No such entry. */
  public static final int ENOENT = 2;

  /** Interrupted by a signal. */
  public static final int EINTR = 4;

  /** No such device or address. */
  public static final int ENXIO = 6;

  /** Would block. */
  public static final int EAGAIN = 11;

  /** Out of memory. */
  public static final int ENOMEM = 12;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** In use already. */
  public static final int EBUSY = 16;

  /** No such interface. */
  public static final int ENODEV = 19;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** The option is unknown to this kernel. */
  public static final int ENOPROTOOPT = 92;

  /** The device cannot do that. */
  public static final int EOPNOTSUPP = 95;

  /** The interface is down. */
  public static final int ENETDOWN = 100;

  /** A queue overflowed. */
  public static final int ENOBUFS = 105;

  private static final String NAMES =
      """
      1 EPERM 2 ENOENT 3 ESRCH 4 EINTR 5 EIO 6 ENXIO 7 E2BIG 9 EBADF 11 EAGAIN 12 ENOMEM
      13 EACCES 14 EFAULT 16 EBUSY 17 EEXIST 19 ENODEV 20 ENOTDIR 21 EISDIR 22 EINVAL 23 ENFILE
      24 EMFILE 25 ENOTTY 28 ENOSPC 32 EPIPE 34 ERANGE 38 ENOSYS 61 ENODATA 71 EPROTO
      75 EOVERFLOW 88 ENOTSOCK 89 EDESTADDRREQ 90 EMSGSIZE 92 ENOPROTOOPT 93 EPROTONOSUPPORT
      94 ESOCKTNOSUPPORT 95 EOPNOTSUPP 97 EAFNOSUPPORT 98 EADDRINUSE 99 EADDRNOTAVAIL
      100 ENETDOWN 101 ENETUNREACH 104 ECONNRESET 105 ENOBUFS 106 EISCONN 107 ENOTCONN
      110 ETIMEDOUT 111 ECONNREFUSED 113 EHOSTUNREACH 114 EALREADY 115 EINPROGRESS
      """;

  private final MemorySegment segment =
      Arena.ofAuto().allocate(Linker.Option.captureStateLayout().byteSize(), 8);

  /** The captured state's segment, first argument of every capturing downcall. */
  MemorySegment segment() {
    return segment;
  }

  /** The result itself, or the negated error number if the call failed. */
  int resultOf(int result) {
    return result >= 0 ? result : -value();
  }

  /** The result itself, or the negated error number if the call returned -1. */
  long resultOf(long result) {
    return result == -1 ? -value() : result;
  }

  private int value() {
    // Linux captures exactly one field, int errno, at offset 0 (Linker.Option.captureStateLayout).
    int value = segment.get(ValueLayout.JAVA_INT, 0);
    return value == 0 ? Integer.MAX_VALUE : value;
  }

  /** The kernel's name of an error number, as in {@code EINVAL}. */
  public static String name(int errno) {
    Matcher named = Pattern.compile("\\b" + errno + " (E\\w+)").matcher(NAMES);
    return named.find() ? named.group(1) : "errno " + errno;
  }

  /** The C library's text for an error number. */
  public static String text(int errno) {
    long text = Libc.strerror(errno);
    return text == 0 ? name(errno) : Memory.segment(text, 256).getString(0);
  }
}
