package jvs.port;

import java.util.ArrayList;
import java.util.List;
import jvs.linux.Poller;
import jvs.wire.Memory;

/**
 * Two interfaces joined by a cable, each in a network of its own, with a port on each that hears
 * test frames only, so that the kernel's own chatter does not count.
 */
final class PortPair implements AutoCloseable {
  private static final int TEST_TYPE = 0x88b5;

  /** Lets test frames through, by their Ethernet type: the kernel has taken the tag out by then. */
  static final BpfProgram TEST_FRAMES =
      new BpfProgram(
          new long[] {
            BpfProgram.instruction(0x28, 0, 0, 12),
            BpfProgram.instruction(0x15, 0, 1, TEST_TYPE),
            BpfProgram.instruction(0x06, 0, 0, -1),
            BpfProgram.instruction(0x06, 0, 0, 0)
          });

  final TestNetwork network = new TestNetwork("left", "right");
  final AfPacketPort left;
  final AfPacketPort right;

  /** The left port is as usual, the right one as wanted. */
  PortPair(AfPacketOptions ofRight) {
    network.join("left", "eth0", "right", "eth0");
    left = network.in("left", () -> new AfPacketPort("eth0", hearing()));
    right = network.in("right", () -> new AfPacketPort("eth0", ofRight));
  }

  /** The usual options, but for the filter. */
  static AfPacketOptions hearing() {
    return AfPacketOptions.defaults().withFilter(TEST_FRAMES);
  }

  /** The same for receiving in blocks or in slots. */
  static AfPacketOptions hearing(boolean inBlocks) {
    return inBlocks ? hearing().withBlocks() : hearing();
  }

  /** A broadcast with the number in its payload's first and last octet. */
  static byte[] testFrame(int number, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    payload[0] = (byte) number;
    payload[payloadBytes - 1] = (byte) number;
    return Frames.ethernet(Frames.BROADCAST, TEST_TYPE, payload);
  }

  /** Sends octets through a port as one burst. */
  static void send(AfPacketPort port, List<byte[]> frames) {
    try (MemoryPort memory = new MemoryPort("memory", 0, frames.size(), 70_000)) {
      FrameBatch batch = new FrameBatch(frames.size());
      frames.forEach(memory::inject);
      memory.receive(batch);
      for (int i = 0; i < batch.size(); i++) {
        port.send(batch.address(i), batch.length(i));
      }
      port.flush();
    }
  }

  /** What the right port receives. */
  List<byte[]> receive(int count) {
    return receive(right, count);
  }

  /** What a port receives, until that are so many frames or two seconds are over. */
  static List<byte[]> receive(AfPacketPort port, int count) {
    List<byte[]> frames = new ArrayList<>();
    FrameBatch batch = new FrameBatch(16);
    long deadline = System.nanoTime() + 2_000_000_000L;
    try (Poller poller = new Poller(1)) {
      poller.add(port.fileDescriptor());
      while (frames.size() < count && System.nanoTime() < deadline) {
        poller.poll(100);
        port.receive(batch);
        for (int i = 0; i < batch.size(); i++) {
          byte[] frame = new byte[batch.length(i)];
          Memory.copy(batch.address(i), frame, 0, frame.length);
          frames.add(frame);
        }
        batch.clear();
        port.release();
      }
    }
    return frames;
  }

  /** The next two frames that the right port receives, where they lie. */
  FrameBatch receiveTwo() {
    FrameBatch batch = new FrameBatch(2);
    while (batch.remaining() > 0) {
      right.receive(batch);
    }
    return batch;
  }

  @Override
  public void close() {
    left.close();
    right.close();
    network.close();
  }
}
