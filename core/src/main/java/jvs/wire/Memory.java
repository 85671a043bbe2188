package jvs.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The process's address space as one segment, read and written by absolute address.
 *
 * <p>Frames live in rings that the kernel maps and connections in slabs that we map, so every
 * address used here was checked where it entered (a header's {@code check()}, a table's capacity).
 * One constant global segment is the fastest accessor that the platform offers: no liveness check
 * and a bounds check that folds away. Any thread.
 */
public final class Memory {
  private static final MemorySegment ALL = everything();
  private static final ValueLayout.OfShort SHORT_BE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private Memory() {}

  @SuppressWarnings("restricted")
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** A view of {@code length} bytes at {@code address}, for system calls and bulk copies. */
  public static MemorySegment segment(long address, long length) {
    return ALL.asSlice(address, length);
  }

  /** Unsigned byte. */
  public static int u8(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address) & 0xff;
  }

  /** Unsigned 16-bit value in network byte order. */
  public static int u16(long address) {
    return ALL.get(SHORT_BE, address) & 0xffff;
  }

  /** 32 bits in network byte order; callers that need it unsigned use {@link #u32}. */
  public static int i32(long address) {
    return ALL.get(INT_BE, address);
  }

  /** Unsigned 32-bit value in network byte order. */
  public static long u32(long address) {
    return ALL.get(INT_BE, address) & 0xffff_ffffL;
  }

  /** 64 bits in network byte order. */
  public static long i64(long address) {
    return ALL.get(LONG_BE, address);
  }

  /** Stores the low byte of {@code value}. */
  public static void put8(long address, int value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, (byte) value);
  }

  /** Stores the low 16 bits of {@code value} in network byte order. */
  public static void put16(long address, int value) {
    ALL.set(SHORT_BE, address, (short) value);
  }

  /** Stores {@code value} in network byte order. */
  public static void put32(long address, int value) {
    ALL.set(INT_BE, address, value);
  }

  /** Stores {@code value} in network byte order. */
  public static void put64(long address, long value) {
    ALL.set(LONG_BE, address, value);
  }

  /** Unsigned 16-bit value in the machine's byte order. */
  public static int nativeU16(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address) & 0xffff;
  }

  /** Stores the low 16 bits of {@code value} in the machine's byte order. */
  public static void putNative16(long address, int value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
  }

  /** 32 bits in the machine's byte order. */
  public static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  /** Stores 32 bits in the machine's byte order. */
  public static void putInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  /** 64 bits in the machine's byte order. */
  public static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /** Stores 64 bits in the machine's byte order. */
  public static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /** Acquire load; {@code address} is 4-byte aligned. */
  public static int getIntAcquire(long address) {
    return (int) INT.getAcquire(ALL, address);
  }

  /** Release store; {@code address} is 4-byte aligned. */
  public static void putIntRelease(long address, int value) {
    INT.setRelease(ALL, address, value);
  }

  /** Opaque load; {@code address} is 8-byte aligned. */
  public static long getLongOpaque(long address) {
    return (long) LONG.getOpaque(ALL, address);
  }

  /** Adds to a counter that only the calling thread writes; readers see no torn value. */
  public static void addLongOpaque(long address, long delta) {
    LONG.setOpaque(ALL, address, (long) LONG.get(ALL, address) + delta);
  }

  /** Copies {@code length} bytes; the ranges may overlap. */
  public static void copy(long from, long to, long length) {
    MemorySegment.copy(ALL, from, ALL, to, length);
  }

  /** Copies bytes of an array to off-heap memory. */
  public static void copy(byte[] from, int offset, long to, int length) {
    MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, to, length);
  }

  /** Copies off-heap memory into an array. */
  public static void copy(long from, byte[] to, int offset, int length) {
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, to, offset, length);
  }

  /** Sets {@code length} bytes to zero. */
  public static void zero(long address, long length) {
    ALL.asSlice(address, length).fill((byte) 0);
  }

  /** Orders the loads before it with the loads and stores after it. */
  public static void acquireFence() {
    VarHandle.acquireFence();
  }

  /** Orders the loads and stores before it with the stores after it. */
  public static void releaseFence() {
    VarHandle.releaseFence();
  }
}
