package jvs.lab;

import java.io.DataInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jvs.linux.Poller;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.FrameBatch;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import jvs.wire.Packet;

/**
 * Reads TCP options of kind 254 off a server's interface, as the kernel module toa does in the
 * server's stack.
 */
final class AddressOptionReader implements AutoCloseable {
  private static final int TOA = 254;
  private static final int LENGTH_V4 = 8;
  private static final int LENGTH_V6 = 20;
  private static final int PATIENCE_MILLIS = 100;

  private final AfPacketPort port;
  private final Poller poller = new Poller(1);
  private final Map<InetSocketAddress, String> clients = new ConcurrentHashMap<>();
  private final Thread reader = Thread.ofPlatform().daemon().unstarted(this::read);
  private volatile boolean isClosed;

  AddressOptionReader(Host host) {
    port = NamespaceCall.in(host, () -> new AfPacketPort("eth0", AfPacketOptions.defaults()));
    poller.add(port.fileDescriptor());
    reader.start();
  }

  private void read() {
    FrameBatch batch = new FrameBatch(64);
    Packet packet = new Packet();
    while (!isClosed) {
      poller.poll(PATIENCE_MILLIS);
      batch.clear();
      port.receive(batch);
      for (int i = 0; i < batch.size(); i++) {
        if (packet.dissect(batch.address(i), batch.length(i), 1) == 0 && packet.isTcp()) {
          read(packet);
        }
      }
      port.release();
    }
  }

  private void read(Packet packet) {
    int option = packet.tcp().option(TOA);
    if (option == 0) {
      return;
    }
    long address = packet.address() + packet.transport() + option;
    int length = packet.isV6() ? LENGTH_V6 : LENGTH_V4;
    IpAddress seen =
        packet.isV6()
            ? IpAddress.v6(packet.sourceHigh(), packet.sourceLow())
            : IpAddress.v4((int) packet.sourceLow());
    String client =
        Memory.u8(address + 1) == length
            ? client(address, packet.isV6()) + " " + Memory.u16(address + 2)
            : "an option of " + Memory.u8(address + 1) + " bytes";
    clients.putIfAbsent(new InetSocketAddress(seen.toString(), packet.sourcePort()), client);
  }

  private static IpAddress client(long option, boolean isV6) {
    return isV6
        ? IpAddress.v6(Memory.i64(option + 4), Memory.i64(option + 12))
        : IpAddress.v4(Memory.i32(option + 4));
  }

  /** The client of a connection, as far as the option has come. */
  String client(Socket connection, DataInputStream unused) {
    InetSocketAddress peer = IntroducedServer.peer(connection);
    Await.until("the option of " + peer, Duration.ofSeconds(5), () -> clients.containsKey(peer));
    return clients.getOrDefault(peer, "");
  }

  @Override
  public void close() {
    isClosed = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    poller.close();
    port.close();
  }
}
