package jvs.bench;

import java.lang.foreign.Arena;
import jvs.port.FrameBatch;
import jvs.port.PacketPort;
import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * A port that hands out one frame over and over, each time of another flow, and counts what is
 * sent.
 *
 * <p>The flows' frames do not lie in memory: a frame is written as it is received, so that a
 * million flows cost cache misses in the director and nowhere else. Flows differ in one address and
 * one port. One thread; receiving and sending allocate nothing.
 */
final class FlowPort implements PacketPort {
  /** Which flow is next. */
  enum Order {
    /** Any of them, at random. */
    RANDOM,
    /** One after the other, from the first again after the last. */
    IN_TURN
  }

  /**
   * The fields that tell flows apart, in bytes from the frame's first.
   *
   * @param address of an IPv4 address, or of the last four octets of one of IPv6
   * @param port of a port
   * @param tcpChecksum of TCP's checksum
   */
  record Fields(int address, int port, int tcpChecksum) {
    /** The flows have different sources. */
    static final Fields SOURCE = new Fields(26, 34, 50);

    /** The flows have different destinations. */
    static final Fields DESTINATION = new Fields(30, 36, 50);

    /** The flows have different sources, IPv6. */
    static final Fields SOURCE_V6 = new Fields(34, 54, 70);

    /** The flows have different destinations, IPv6. */
    static final Fields DESTINATION_V6 = new Fields(50, 56, 70);

    boolean isV4() {
      return tcpChecksum == 50;
    }
  }

  private static final int SLOTS = 64;
  // As in the receive ring: the IP header of an untagged frame is 16-byte aligned.
  private static final int PREFIX_BYTES = HEADROOM + 18;
  private static final int SLOT_BYTES = 320;
  private static final int IP_CHECKSUM = 24;

  /** Clients' addresses begin here; as many as there are flows follow. */
  static final int FIRST_CLIENT = 0xc0_00_00_00;

  private final Arena arena = Arena.ofShared();
  private final String name;
  private final int linkIndex;
  private final long pristine;
  private final int length;
  private final int words;
  private final Fields fields;
  private final Order order;
  private final long slots;
  private final long first;
  private final long flows;
  private long turn;
  private long random = 42;
  private int taken;
  private boolean isPaused;
  private long sentFrames;

  /**
   * A port whose frames are like {@code frame}, TCP without tags, options or extension headers.
   *
   * @param first number of the first flow
   * @param flows how many there are
   */
  FlowPort(
      String name,
      int linkIndex,
      byte[] frame,
      Fields fields,
      Order order,
      long first,
      long flows) {
    this.name = name;
    this.linkIndex = linkIndex;
    this.fields = fields;
    this.order = order;
    this.first = first;
    this.flows = flows;
    length = frame.length;
    words = (VnetHeader.LENGTH + length + 7) / 8;
    pristine = arena.allocate(SLOT_BYTES, 64).address() + PREFIX_BYTES;
    Memory.copy(frame, 0, pristine, length);
    slots = arena.allocate((long) SLOTS * SLOT_BYTES, 64).address() + PREFIX_BYTES;
  }

  static int address(long flow) {
    return FIRST_CLIENT + (int) flow;
  }

  static int port(long flow) {
    return 1024 + (int) (flow % 60_000);
  }

  /** Hands out nothing while paused. */
  void pause(boolean value) {
    isPaused = value;
  }

  /** Frames sent so far. */
  long sentFrames() {
    return sentFrames;
  }

  @Override
  public int receive(FrameBatch batch) {
    int count = isPaused ? 0 : Math.min(batch.remaining(), SLOTS - taken);
    for (int i = 0; i < count; i++) {
      long frame = slots + (long) SLOT_BYTES * (taken + i);
      write(frame, first + nextFlow());
      batch.add(frame, length);
    }
    taken += count;
    return count;
  }

  private long nextFlow() {
    if (order == Order.IN_TURN) {
      turn = turn + 1 == flows ? 0 : turn + 1;
      return turn;
    }
    random = random * 6364136223846793005L + 1442695040888963407L;
    return (random >>> 32) * flows >>> 32;
  }

  private void write(long frame, long flow) {
    for (int i = 0; i < words; i++) {
      long offset = i * 8L - VnetHeader.LENGTH;
      Memory.putLong(frame + offset, Memory.getLong(pristine + offset));
    }
    int address = address(flow);
    int port = port(flow);
    long delta = Checksum.delta32(Memory.i32(frame + fields.address), address);
    long portDelta = Checksum.delta16(Memory.u16(frame + fields.port), port);
    Memory.put32(frame + fields.address, address);
    Memory.put16(frame + fields.port, port);
    if (fields.isV4()) {
      update(frame + IP_CHECKSUM, delta);
    }
    update(frame + fields.tcpChecksum, delta + portDelta);
  }

  private static void update(long checksum, long delta) {
    Memory.put16(checksum, Checksum.update(Memory.u16(checksum), delta));
  }

  @Override
  public void release() {
    taken = 0;
  }

  @Override
  public void send(long address, int length) {
    sentFrames++;
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
  public void flush() {}

  @Override
  public void close() {
    if (taken <= SLOTS) {
      taken = SLOTS + 1;
      arena.close();
    }
  }
}
