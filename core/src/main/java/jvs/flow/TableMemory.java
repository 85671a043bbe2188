package jvs.flow;

import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * Where a {@link ConnectionTable} keeps its slots, which may outlive the process that filled them.
 *
 * <pre>
 *   0      high-water mark of the slots
 *   4096   lines of 64 B by slot number: connections, then IPv6 addresses, then extras
 *          then labels, if the table has them
 * </pre>
 *
 * <p>Memory is committed page by page as it is first touched. The table's worker writes.
 */
public final class TableMemory implements AutoCloseable {
  private static final int HEADER_BYTES = 4096;
  private static final int ARRAYS = 3;

  private final long address;
  private final int capacity;
  private final AutoCloseable owner;

  private TableMemory(long address, int capacity, AutoCloseable owner) {
    this.address = address;
    this.capacity = capacity;
    this.owner = owner;
  }

  /** Memory of this process alone, on huge pages where the kernel has them. */
  public static TableMemory anonymous(int capacity, int labelBytes) {
    Mapping mapping = new Mapping(bytes(capacity, labelBytes));
    return new TableMemory(mapping.address(), capacity, mapping);
  }

  /**
   * Memory that somebody else has mapped: zeroed, or as the last table of this capacity left it.
   *
   * @param address first byte of {@link #bytes}; aligned to a page
   * @param owner unmaps it
   */
  public static TableMemory at(long address, int capacity, AutoCloseable owner) {
    return new TableMemory(address, capacity, owner);
  }

  /** How much address space slots for {@code capacity} connections take. */
  public static long bytes(int capacity, int labelBytes) {
    if (capacity < 1 || capacity > 1 << 26) {
      throw new IllegalArgumentException(
          "connection table capacity " + capacity + ", expected 1.." + (1 << 26));
    }
    return HEADER_BYTES + ((long) ARRAYS * Connection.LINE_BYTES + labelBytes) * capacity;
  }

  int capacity() {
    return capacity;
  }

  long slots() {
    return address + HEADER_BYTES;
  }

  long extensions() {
    return slots() + (long) capacity * Connection.LINE_BYTES;
  }

  long extras() {
    return extensions() + (long) capacity * Connection.LINE_BYTES;
  }

  /** Address of the labels, which are the user's, by slot number. */
  public long labels() {
    return extras() + (long) capacity * Connection.LINE_BYTES;
  }

  int highWater() {
    return Memory.getInt(address);
  }

  void highWater(int value) {
    Memory.putInt(address, value);
  }

  @Override
  public void close() {
    try {
      owner.close();
    } catch (Exception e) {
      throw new IllegalStateException("the memory of a connection table", e);
    }
  }
}
