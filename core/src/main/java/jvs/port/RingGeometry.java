package jvs.port;

/**
 * How large a receive ring is: its slots, and the blocks that the kernel allocates them in.
 *
 * <p>Too few slots overflow while the worker waits for a CPU: 8192 of them are 80 ms of 100,000
 * frames a second. What is longer than a slot, such as segments that were joined, takes {@link
 * LongFrames}' way. Immutable.
 *
 * @param slotBytes bytes a slot, a multiple of 16 (TPACKET_ALIGNMENT)
 * @param slots how many slots at least; the last block is always full
 */
public record RingGeometry(int slotBytes, int slots) {
  private static final int MIB = 1 << 20;
  private static final int JUMBO_MTU = 9216;

  // Large enough for every page size, and physically contiguous pages of 1 MiB are to be had.
  private static final int BLOCK_ALIGNMENT = 1 << 16;

  // TPACKET2_HDRLEN with its padding, the reserve, the virtio-net header, Ethernet and two tags.
  private static final int OVERHEAD_BYTES = 320;

  /** Checks that the kernel would take it. */
  public RingGeometry {
    if (slotBytes < 2 * OVERHEAD_BYTES || slotBytes % 16 != 0 || slotBytes > 64 * MIB) {
      throw new IllegalArgumentException(
          "slot of " + slotBytes + " bytes, expected a multiple of 16 from 640 to 64 MiB");
    }
    if (slots < 1 || (long) slots * slotBytes > 1L << 30) {
      throw new IllegalArgumentException(
          slots + " slots of " + slotBytes + " bytes, expected 1 slot to 1 GiB");
    }
  }

  /** Slots that a frame of the MTU, up to that of jumbo frames, fits into: 16 MiB, 512 at least. */
  public static RingGeometry of(int mtu) {
    int slotBytes = (Math.min(mtu, JUMBO_MTU) + OVERHEAD_BYTES + 2047) / 2048 * 2048;
    return new RingGeometry(slotBytes, Math.max(512, 16 * MIB / slotBytes));
  }

  /** Bytes of one block: the unit in which the kernel allocates the ring. */
  int blockBytes() {
    int aligned = (slotBytes + BLOCK_ALIGNMENT - 1) / BLOCK_ALIGNMENT * BLOCK_ALIGNMENT;
    return Math.max(MIB, aligned);
  }

  /** Whole slots in one block; the rest of the block lies idle. */
  int slotsPerBlock() {
    return blockBytes() / slotBytes;
  }

  /** Number of blocks. */
  int blocks() {
    return (slots + slotsPerBlock() - 1) / slotsPerBlock();
  }
}
