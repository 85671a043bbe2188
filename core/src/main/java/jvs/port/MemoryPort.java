package jvs.port;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * A port without a network: a test puts frames in and takes out what was sent.
 *
 * <p>Frames lie off-heap with the same room before them as in a ring of the kernel, so whatever
 * works here works there. One thread. Sent frames are copied, hence allocate; {@link ReplayPort}
 * does not.
 */
public final class MemoryPort implements PacketPort {
  // As in the receive ring: the IP header of an untagged frame is 16-byte aligned.
  private static final int PREFIX_BYTES = HEADROOM + 18;

  private final Arena arena = Arena.ofShared();
  private final List<byte[]> sent = new ArrayList<>();
  private final List<Long> queuedAddresses = new ArrayList<>();
  private final List<Integer> queuedLengths = new ArrayList<>();
  private final String name;
  private final int linkIndex;
  private final int slotBytes;
  private final int[] lengths;
  private final long slots;
  private long injected;
  private long received;
  private long released;
  private long overruns;
  private boolean isClosed;

  /** A port with {@code slots} slots for frames of up to {@code maxFrameBytes}. */
  public MemoryPort(String name, int linkIndex, int slots, int maxFrameBytes) {
    this.name = name;
    this.linkIndex = linkIndex;
    lengths = new int[slots];
    // 64 bytes behind the frame: what a tunnel's or segment's writer may need is never at the end.
    slotBytes = (PREFIX_BYTES + maxFrameBytes + 127) / 64 * 64;
    this.slots = arena.allocate((long) slotBytes * slots, 64).address();
  }

  /** A port for 256 frames of up to 64 KiB. */
  public MemoryPort(String name, int linkIndex) {
    this(name, linkIndex, 256, 1 << 16);
  }

  /**
   * Lets a complete frame arrive.
   *
   * @return false if all slots are full; the frame counts as overrun then
   */
  public boolean inject(byte[] frame) {
    return inject(frame, new byte[VnetHeader.LENGTH]);
  }

  /** Lets a frame arrive whose transport checksum is still to be finished by the receiver. */
  public boolean injectUnfinished(byte[] frame, int checksumStart, int checksumOffset) {
    try (Arena scratch = Arena.ofConfined()) {
      long header = scratch.allocate(VnetHeader.LENGTH, 2).address();
      Memory.put8(header, VnetHeader.NEEDS_CHECKSUM);
      Memory.putNative16(header + 6, checksumStart);
      Memory.putNative16(header + 8, checksumOffset);
      byte[] octets = new byte[VnetHeader.LENGTH];
      Memory.copy(header, octets, 0, octets.length);
      return inject(frame, octets);
    }
  }

  /** Lets a frame arrive with this virtio-net header, given as it lies in memory. */
  public boolean inject(byte[] frame, byte[] vnetHeader) {
    if (injected - released == lengths.length) {
      overruns++;
      return false;
    }
    if (PREFIX_BYTES + frame.length > slotBytes || vnetHeader.length != VnetHeader.LENGTH) {
      throw new IllegalArgumentException(
          "frame of " + frame.length + " bytes with a header of " + vnetHeader.length);
    }
    int slot = (int) (injected++ % lengths.length);
    lengths[slot] = frame.length;
    Memory.copy(vnetHeader, 0, address(slot) - VnetHeader.LENGTH, VnetHeader.LENGTH);
    Memory.copy(frame, 0, address(slot), frame.length);
    return true;
  }

  private long address(int slot) {
    return slots + (long) slotBytes * slot + PREFIX_BYTES;
  }

  /** Takes out the frames sent so far, oldest first. */
  public List<byte[]> drain() {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] octets : drainWithHeaders()) {
      byte[] frame = new byte[octets.length - VnetHeader.LENGTH];
      System.arraycopy(octets, VnetHeader.LENGTH, frame, 0, frame.length);
      frames.add(frame);
    }
    return frames;
  }

  /** Takes out the frames sent so far, each preceded by its virtio-net header. */
  public List<byte[]> drainWithHeaders() {
    List<byte[]> frames = List.copyOf(sent);
    sent.clear();
    return frames;
  }

  @Override
  public int linkIndex() {
    return linkIndex;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int receive(FrameBatch batch) {
    int before = batch.size();
    while (received < injected && batch.remaining() > 0) {
      int slot = (int) (received++ % lengths.length);
      batch.add(address(slot), lengths[slot]);
    }
    return batch.size() - before;
  }

  @Override
  public void release() {
    released = received;
  }

  /** Remembers the address only: a frame that its owner touches before the flush is sent so. */
  @Override
  public void send(long address, int length) {
    queuedAddresses.add(address);
    queuedLengths.add(length);
    if (queuedAddresses.size() == SendQueue.CAPACITY) {
      flush();
    }
  }

  @Override
  public void flush() {
    for (int i = 0; i < queuedAddresses.size(); i++) {
      byte[] octets = new byte[VnetHeader.LENGTH + queuedLengths.get(i)];
      Memory.copy(queuedAddresses.get(i) - VnetHeader.LENGTH, octets, 0, octets.length);
      sent.add(octets);
    }
    queuedAddresses.clear();
    queuedLengths.clear();
  }

  @Override
  public long receiveOverruns() {
    return overruns;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      injected = received;
      arena.close();
    }
  }
}
