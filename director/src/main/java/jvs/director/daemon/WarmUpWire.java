package jvs.director.daemon;

import java.util.List;
import jvs.linux.LinuxException;
import jvs.linux.Mapping;
import jvs.linux.NetworkDevice;
import jvs.linux.NetworkNamespace;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.BpfProgram;
import jvs.port.FilterRules;
import jvs.port.PacketFilter;
import jvs.port.PacketPort;
import jvs.port.RingGeometry;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * Packet sockets on the loopback interface of a network namespace that has nothing else, so that
 * warming up compiles what takes real frames: code that was compiled for frames in memory would be
 * thrown away at the first other one. One thread, which stays in that namespace.
 */
final class WarmUpWire implements AutoCloseable {
  private static final String LOOPBACK = "lo";
  private static final RingGeometry RING = new RingGeometry(2048, 512);
  private static final int BURST = 16; // so that what is done once a burst is compiled, too
  private static final int ROOM = 2048;
  private static final int HEADROOM = 64;

  private final Mapping memory;
  private final int[] lengths;
  private final AfPacketPort sender;
  private final AfPacketPort port;
  private int next;

  /**
   * Moves the calling thread into a namespace of its own.
   *
   * @param frames to be sent in turn
   * @param rules which of those, and of what comes back, the port receives
   * @throws LinuxException if this process may not do that
   */
  WarmUpWire(List<byte[]> frames, FilterRules rules) {
    NetworkNamespace.enterNew();
    try (NetworkDevice loopback = new NetworkDevice(LOOPBACK)) {
      loopback.up();
    }
    AfPacketOptions options = AfPacketOptions.defaults().withGeometry(RING);
    port = new AfPacketPort(LOOPBACK, options.withFilter(PacketFilter.program(rules)));
    try {
      sender = new AfPacketPort(LOOPBACK, options.withFilter(BpfProgram.NOTHING));
    } catch (LinuxException e) {
      port.close();
      throw e;
    }
    memory = new Mapping((long) frames.size() * ROOM);
    lengths = frames.stream().mapToInt(frame -> frame.length).toArray();
    for (int i = 0; i < lengths.length; i++) {
      VnetHeader.clear(frame(i));
      Memory.copy(frames.get(i), 0, frame(i), lengths[i]);
    }
  }

  private long frame(int i) {
    return memory.address() + (long) i * ROOM + HEADROOM;
  }

  /** The director's end. */
  PacketPort port() {
    return port;
  }

  /** Sends it a burst. */
  void offer() {
    for (int i = 0; i < BURST; i++) {
      sender.send(frame(next), lengths[next]);
      next = next + 1 == lengths.length ? 0 : next + 1;
    }
    sender.flush();
  }

  /** Closes the sender; the port is its director's. */
  @Override
  public void close() {
    sender.close();
    memory.close();
  }
}
