package jvs.port;

import jvs.linux.NetworkDevice;

/**
 * How large a receive ring is: its slots, and the blocks that the kernel allocates them in.
 *
 * <p>A slot that is too small truncates frames, and one truncated super-frame costs a TCP
 * connection a retransmission; too few slots overflow while the worker waits for a CPU. Immutable.
 *
 * @param slotBytes bytes a slot, a multiple of 16 (TPACKET_ALIGNMENT)
 * @param slots how many slots at least; the last block is always full
 */
public record RingGeometry(int slotBytes, int slots) {
  private static final int MIB = 1 << 20;

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

  /** For interfaces that deliver segments joined to up to 64 KiB: 512 slots of 68 KiB. */
  public static RingGeometry superFrames() {
    return new RingGeometry(68 << 10, 512);
  }

  /** For interfaces that deliver nothing larger than the MTU: 16 MiB of slots, 512 at least. */
  public static RingGeometry plainFrames(int mtu) {
    int slotBytes = (mtu + OVERHEAD_BYTES + 2047) / 2048 * 2048;
    return new RingGeometry(slotBytes, Math.max(512, 16 * MIB / slotBytes));
  }

  /** The smaller one only where the device surely joins nothing, else {@link #superFrames}. */
  public static RingGeometry of(NetworkDevice device) {
    return mayDeliverSuperFrames(device) ? superFrames() : plainFrames(device.mtu());
  }

  private static boolean mayDeliverSuperFrames(NetworkDevice device) {
    // Software devices (veth, bridge, tap) deliver what their peer's offloads made, and the peer
    // may live in another namespace; virtio-net delivers what its host made.
    int flags = device.ethtool(NetworkDevice.ETHTOOL_GFLAGS);
    boolean joins =
        device.ethtool(NetworkDevice.ETHTOOL_GGRO) != 0
            || flags < 0
            || (flags & NetworkDevice.ETH_FLAG_LRO) != 0;
    return !device.isHardware() || joins;
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
