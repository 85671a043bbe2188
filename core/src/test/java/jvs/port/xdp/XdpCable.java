package jvs.port.xdp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import jvs.linux.NetworkDevice;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.FrameBatch;
import jvs.port.Frames;
import jvs.port.MemoryPort;
import jvs.port.TestNetwork;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import jvs.wire.Memory;

/** A veth between two namespaces: "left" sends by a packet socket, "right" has the program. */
record XdpCable(TestNetwork network, AfPacketPort left, AfPacketPort rest, long mac)
    implements AutoCloseable {
  static final long PATIENCE_NANOS = 5_000_000_000L;
  static final String CLIENT = "203.0.113.9";

  private static final int UDP = 17;
  private static final String VIP = "192.0.2.1";
  private static final RedirectRules SERVICE =
      new RedirectRules(
          Set.of(new Endpoint(IpAddress.parse(VIP), UDP, 53)),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of());

  static XdpCable make(int queues) {
    TestNetwork network = new TestNetwork("left", "right");
    String count = "" + queues;
    TestNetwork.run(
        ("ip link add eth0 netns %s numtxqueues %s numrxqueues %s type veth peer name eth0 netns"
                + " %s numtxqueues %s numrxqueues %s")
            .formatted(
                network.namespace("left"), count, count, network.namespace("right"), count, count)
            .split(" ", -1));
    network.ip("left", "link", "set", "eth0", "up");
    network.ip("right", "link", "set", "eth0", "up");
    AfPacketPort left = network.in("left", XdpCable::packets);
    AfPacketPort rest = network.in("right", XdpCable::packets);
    return new XdpCable(network, left, rest, network.in("right", XdpCable::macOfEth0));
  }

  private static AfPacketPort packets() {
    return new AfPacketPort("eth0", AfPacketOptions.defaults());
  }

  private static long macOfEth0() {
    try (NetworkDevice device = new NetworkDevice("eth0")) {
      return device.mac();
    }
  }

  /** For one worker. */
  AfXdpInterfaces open(XdpMode mode) {
    return open(mode, Steering.TO_ONE, false);
  }

  /** For several workers, which all have the same packet socket. */
  AfXdpInterfaces open(XdpMode mode, Steering steering, boolean mayBeZeroCopy) {
    List<List<AfPacketPort>> rests = Collections.nCopies(steering.workers(), List.of(rest));
    AfXdpInterfaces opened =
        network.in("right", () -> new AfXdpInterfaces(rests, mode, steering, mayBeZeroCopy));
    opened.follow(SERVICE, true);
    return opened;
  }

  /** Redirects datagrams to the service, by the client's address only if told. */
  static void follow(AfXdpInterfaces opened, boolean usesPorts) {
    opened.follow(SERVICE, usesPorts);
  }

  /** A UDP datagram to the VIP with a mark in its payload. */
  byte[] datagram(int clientPort, int destinationPort, int mark) {
    byte[] payload = Frames.ports(clientPort, destinationPort);
    payload[5] = 20;
    payload[18] = (byte) (mark >>> 8);
    payload[19] = (byte) mark;
    byte[] frame = Frames.ip(CLIENT, VIP, UDP, payload);
    for (int i = 0; i < 6; i++) {
      frame[i] = (byte) (mac >>> 40 - 8 * i);
    }
    return frame;
  }

  void send(byte[] frame) {
    try (MemoryPort memory = new MemoryPort("memory", 0, 1, 2000)) {
      FrameBatch batch = new FrameBatch(1);
      memory.inject(frame);
      memory.receive(batch);
      left.send(batch.address(0), batch.length(0));
      left.flush();
    }
  }

  /** Waits for frames on any of the ports and copies them. */
  static List<byte[]> receive(List<AfXdpPort> ports, int count) {
    List<byte[]> frames = new ArrayList<>();
    FrameBatch batch = new FrameBatch(64);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (frames.size() < count && System.nanoTime() < deadline) {
      for (AfXdpPort port : ports) {
        batch.clear();
        port.receive(batch);
        for (int i = 0; i < batch.size(); i++) {
          byte[] frame = new byte[batch.length(i)];
          Memory.copy(batch.address(i), frame, 0, frame.length);
          frames.add(frame);
        }
        port.release();
      }
    }
    return frames;
  }

  @Override
  public void close() {
    left.close();
    rest.close();
    network.close();
  }
}
