package jvs.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * A function of the C library by name, for programs that need many of them once and cannot wait for
 * a method handle each, as {@link Libc} has.
 *
 * <p>All share one handle: seven words go in, one comes out. The C calling conventions of x86-64
 * and aarch64 pass integers and pointers in registers (the seventh on the stack) and let a function
 * ignore what it does not take. Results as in {@link Libc}. Any thread, each with its own {@link
 * Errno}.
 */
public final class NativeFunction {
  private static final int WORDS = 7;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALL = handle();

  private final MemorySegment address;

  private NativeFunction(MemorySegment address) {
    this.address = address;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle() {
    MemoryLayout[] words = new MemoryLayout[WORDS];
    Arrays.fill(words, JAVA_LONG);
    return LINKER.downcallHandle(
        FunctionDescriptor.of(JAVA_LONG, words), Linker.Option.captureCallState("errno"));
  }

  /** The function of this name, or the variable. */
  public static NativeFunction of(String name) {
    return new NativeFunction(LINKER.defaultLookup().findOrThrow(name));
  }

  /** Where it is. */
  public long address() {
    return address.address();
  }

  /** Calls a function that returns an int, -1 for failure. */
  public int call(Errno errno, long a, long b, long c, long d, long e, long f, long g) {
    return errno.resultOf((int) raw(errno, a, b, c, d, e, f, g));
  }

  /** The same with fewer arguments. */
  public int call(Errno errno, long a, long b, long c) {
    return call(errno, a, b, c, 0, 0, 0, 0);
  }

  /** Calls a function that returns a long, -1 for failure. */
  public long callLong(Errno errno, long a, long b, long c, long d, long e, long f, long g) {
    return errno.resultOf(raw(errno, a, b, c, d, e, f, g));
  }

  private long raw(Errno errno, long a, long b, long c, long d, long e, long f, long g) {
    try {
      return (long) CALL.invokeExact(address, errno.segment(), a, b, c, d, e, f, g);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
