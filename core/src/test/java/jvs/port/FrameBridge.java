package jvs.port;

import java.util.concurrent.Callable;
import jvs.linux.Poller;
import jvs.linux.WakeUp;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/** Copies frames between two ports in both directions, as the smallest possible director. */
final class FrameBridge implements Callable<FrameBridge.Seen> {
  /** What went through: frames, and among them the unfinished ones. */
  record Seen(long frames, long superFrames, long needChecksum, int longest) {}

  private final PacketPort left;
  private final PacketPort right;
  private final WakeUp stop;
  private final int vlan;
  private long frames;
  private long superFrames;
  private long needChecksum;
  private int longest;

  FrameBridge(PacketPort left, PacketPort right, WakeUp stop) {
    this(left, right, stop, 0);
  }

  /** What goes right gets a tag, what comes from there loses it; 0 for no tags at all. */
  FrameBridge(PacketPort left, PacketPort right, WakeUp stop, int vlan) {
    this.left = left;
    this.right = right;
    this.stop = stop;
    this.vlan = vlan;
  }

  @Override
  public Seen call() {
    FrameBatch batch = new FrameBatch(64);
    try (Poller poller = new Poller(3)) {
      poller.add(left.fileDescriptor());
      poller.add(right.fileDescriptor());
      int stopping = poller.add(stop.fileDescriptor());
      while (!poller.isReady(stopping)) {
        poller.poll(1000);
        while (pump(left, right, batch) + pump(right, left, batch) > 0) {
          Thread.onSpinWait();
        }
      }
    }
    return new Seen(frames, superFrames, needChecksum, longest);
  }

  @SuppressWarnings("ReferenceEquality") // which of the two ports, not one like it
  private int pump(PacketPort from, PacketPort to, FrameBatch batch) {
    int received = from.receive(batch);
    for (int i = 0; i < received; i++) {
      long frame = batch.address(i);
      superFrames += VnetHeader.isSuperFrame(frame) ? 1 : 0;
      needChecksum += VnetHeader.needsChecksum(frame) ? 1 : 0;
      longest = Math.max(longest, batch.length(i));
      if (vlan == 0) {
        to.send(frame, batch.length(i));
      } else if (to == right) {
        KernelRing.putTagBack(frame, 0x8100, vlan);
        to.send(frame - 4, batch.length(i) + 4);
      } else if (Memory.i32(frame + 12) == (0x8100 << 16 | vlan)) {
        Memory.copy(frame - VnetHeader.LENGTH, frame - VnetHeader.LENGTH + 4, 22);
        VnetHeader.moveChecksumStart(frame + 4, -4);
        to.send(frame + 4, batch.length(i) - 4);
      }
    }
    to.flush();
    from.release();
    batch.clear();
    frames += received;
    return received;
  }
}
