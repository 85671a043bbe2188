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
 * One constant global segment is the fastest accessor that the platform offers: no liveness check,
 * and no bounds check where the compiler sees that an address is within bounds, for which {@link
 * #at} is there. Its accesses are big to the compiler, which inlines a limited number of them into
 * a method; through constant handles it is a tenth more. Any thread.
 */
public final class Memory {
  private static final MemorySegment ALL = everything();
  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();
  private static final VarHandle SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT_UNALIGNED.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();
  private static final VarHandle SHORT_BE = bigEndian(ValueLayout.JAVA_SHORT_UNALIGNED);
  private static final VarHandle INT_BE = bigEndian(ValueLayout.JAVA_INT_UNALIGNED);
  private static final VarHandle LONG_BE = bigEndian(ValueLayout.JAVA_LONG_UNALIGNED);
  private static final VarHandle ALIGNED_INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle ALIGNED_LONG = ValueLayout.JAVA_LONG.varHandle();

  private Memory() {}

  /** The address itself, as none has its upper bits set; so the compiler leaves the check out. */
  private static long at(long address) {
    return address & Long.MAX_VALUE >> 1;
  }

  /** The same for an address of eight aligned bytes, and it leaves that check out, too. */
  private static long atAligned(long address) {
    return address & Long.MAX_VALUE >> 1 & -8L;
  }

  private static VarHandle bigEndian(ValueLayout layout) {
    return layout.withOrder(ByteOrder.BIG_ENDIAN).varHandle();
  }

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
    return (byte) BYTE.get(ALL, at(address)) & 0xff;
  }

  /** Unsigned 16-bit value in network byte order. */
  public static int u16(long address) {
    return (short) SHORT_BE.get(ALL, at(address)) & 0xffff;
  }

  /** 32 bits in network byte order; callers that need it unsigned use {@link #u32}. */
  public static int i32(long address) {
    return (int) INT_BE.get(ALL, at(address));
  }

  /** Unsigned 32-bit value in network byte order. */
  public static long u32(long address) {
    return (int) INT_BE.get(ALL, at(address)) & 0xffff_ffffL;
  }

  /** 64 bits in network byte order. */
  public static long i64(long address) {
    return (long) LONG_BE.get(ALL, at(address));
  }

  /** Stores the low byte of {@code value}. */
  public static void put8(long address, int value) {
    BYTE.set(ALL, at(address), (byte) value);
  }

  /** Stores the low 16 bits of {@code value} in network byte order. */
  public static void put16(long address, int value) {
    SHORT_BE.set(ALL, at(address), (short) value);
  }

  /** Stores {@code value} in network byte order. */
  public static void put32(long address, int value) {
    INT_BE.set(ALL, at(address), value);
  }

  /** Stores {@code value} in network byte order. */
  public static void put64(long address, long value) {
    LONG_BE.set(ALL, at(address), value);
  }

  /** Unsigned 16-bit value in the machine's byte order. */
  public static int nativeU16(long address) {
    return (short) SHORT.get(ALL, at(address)) & 0xffff;
  }

  /** Stores the low 16 bits of {@code value} in the machine's byte order. */
  public static void putNative16(long address, int value) {
    SHORT.set(ALL, at(address), (short) value);
  }

  /** 32 bits in the machine's byte order. */
  public static int getInt(long address) {
    return (int) INT.get(ALL, at(address));
  }

  /** Stores 32 bits in the machine's byte order. */
  public static void putInt(long address, int value) {
    INT.set(ALL, at(address), value);
  }

  /** 64 bits in the machine's byte order. */
  public static long getLong(long address) {
    return (long) LONG.get(ALL, at(address));
  }

  /** Stores 64 bits in the machine's byte order. */
  public static void putLong(long address, long value) {
    LONG.set(ALL, at(address), value);
  }

  /** Acquire load; {@code address} is 4-byte aligned. */
  public static int getIntAcquire(long address) {
    return (int) ALIGNED_INT.getAcquire(ALL, at(address));
  }

  /** Release store; {@code address} is 4-byte aligned. */
  public static void putIntRelease(long address, int value) {
    ALIGNED_INT.setRelease(ALL, at(address), value);
  }

  /** Opaque load; {@code address} is 8-byte aligned. */
  public static long getLongOpaque(long address) {
    return (long) ALIGNED_LONG.getOpaque(ALL, atAligned(address));
  }

  /** Adds to a counter that only the calling thread writes; readers see no torn value. */
  public static void addLongOpaque(long address, long delta) {
    ALIGNED_LONG.setOpaque(ALL, address, (long) ALIGNED_LONG.get(ALL, at(address)) + delta);
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
