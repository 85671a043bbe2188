package jvs.lab;

import java.util.concurrent.locks.LockSupport;
import jvs.linux.Mapping;
import jvs.linux.NetworkDevice;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.BpfProgram;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;

/** Handshakes that nobody will finish, each from another client of 198.18.0.0/15 (RFC 2544). */
final class SynFlood {
  private static final int BURST = 64;
  private static final int SLOT_BYTES = 256;
  private static final int CLIENTS = 1 << 17;
  private static final int FIRST_CLIENT = 198 << 24 | 18 << 16;
  private static final long BURST_NANOS = 3_000_000;

  private SynFlood() {}

  /**
   * Sends frames from the router to the VIP, about 20,000 a second.
   *
   * @param syns how many
   */
  static void send(Lab lab, int syns) {
    long director =
        NamespaceCall.in(
            lab.director(),
            () -> {
              try (NetworkDevice device = new NetworkDevice("eth0")) {
                return device.mac();
              }
            });
    AfPacketOptions options = AfPacketOptions.defaults().withFilter(BpfProgram.NOTHING);
    try (AfPacketPort port =
            NamespaceCall.in(
                lab.topology().find("router"), () -> new AfPacketPort("eth1", options));
        Mapping slots = new Mapping((long) BURST * SLOT_BYTES)) {
      FrameBuilder frame = new FrameBuilder().to(lab.vip(), Lab.HTTP_PORT).macs(2L << 40, director);
      long next = System.nanoTime();
      for (int sent = 0; sent < syns; sent += BURST) {
        for (int i = 0; i < Math.min(BURST, syns - sent); i++) {
          int number = sent + i;
          IpAddress client = IpAddress.v4(FIRST_CLIENT + number % CLIENTS);
          byte[] syn = frame.from(client, 1024 + number / CLIENTS).tcp(TcpHeader.SYN);
          long address = slots.address() + (long) i * SLOT_BYTES + VnetHeader.LENGTH;
          Memory.zero(address - VnetHeader.LENGTH, VnetHeader.LENGTH);
          Memory.copy(syn, 0, address, syn.length);
          port.send(address, syn.length);
        }
        port.flush();
        next += BURST_NANOS;
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
  }
}
