package jvs.director.kernel;

import java.lang.foreign.Arena;
import jvs.engine.ExpectedConnections;
import jvs.flow.Connection;
import jvs.linux.Errno;
import jvs.linux.IfPacket;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;
import jvs.linux.Sockets;
import jvs.wire.EthernetHeader;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.TcpHeader;

/**
 * Tells {@link NftGuard}'s table of expected connections by frames on the loopback interface, from
 * which its rules take the elements of their sets: two system calls, and when they have returned
 * the packets of the connection are hidden. A worker's; nobody without CAP_NET_RAW can send such
 * frames. If the interface is down nothing is hidden.
 */
public final class GuardSignal implements ExpectedConnections, AutoCloseable {
  /** Sender of a frame with client, virtual address and virtual port. */
  static final long REQUESTS = 0x026a_7673_0001L;

  /** Sender of a frame with server, server's port and client. */
  static final long ANSWERS = 0x026a_7673_0002L;

  private static final int ETHERNET = 14;

  private final Arena arena = Arena.ofShared();
  private final long frame =
      arena.allocate(ETHERNET + Ipv6Header.LENGTH + TcpHeader.MIN_LENGTH, 8).address();
  private final Errno errno = new Errno();
  private final int fd;
  private boolean isOpen = true;

  /**
   * Opens a packet socket on {@code lo} of this network namespace.
   *
   * @throws LinuxException if that is not allowed
   */
  public GuardSignal() {
    fd =
        LinuxException.check(
            "packet socket for lo",
            Libc.socket(errno, Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0));
    try (NetworkDevice loopback = new NetworkDevice("lo");
        Arena scratch = Arena.ofConfined()) {
      long address = scratch.allocate(IfPacket.SOCKADDR_LL_BYTES, 4).address();
      Memory.putNative16(address, Sockets.AF_PACKET);
      Memory.putInt(address + 4, loopback.index());
      LinuxException.check("bind to lo", Libc.bind(errno, fd, address, IfPacket.SOCKADDR_LL_BYTES));
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  @Override
  public void expected(Connection connection) {
    begin(REQUESTS, connection.isV6());
    addresses(
        connection.isV6(),
        connection.clientHigh(),
        connection.clientLow(),
        connection.virtualHigh(),
        connection.virtualLow());
    send(connection.isV6(), 0, connection.virtualPort());
    begin(ANSWERS, connection.isV6());
    addresses(
        connection.isV6(),
        connection.serverHigh(),
        connection.serverLow(),
        connection.clientHigh(),
        connection.clientLow());
    send(connection.isV6(), connection.serverPort(), 0);
  }

  private void begin(long sender, boolean isV6) {
    EthernetHeader.putMac(frame, 0);
    EthernetHeader.putMac(frame + 6, sender);
    Memory.put16(frame + 12, isV6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
  }

  private void addresses(boolean isV6, long high0, long low0, long high1, long low1) {
    long ip = frame + ETHERNET;
    if (isV6) {
      Ipv6Header.writeAt(
          ip, 0, TcpHeader.MIN_LENGTH, TcpHeader.PROTOCOL, 1, high0, low0, high1, low1);
    } else {
      int length = Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH;
      Ipv4Header.writeAt(ip, 0, length, 0, true, 1, TcpHeader.PROTOCOL, (int) low0, (int) low1);
    }
  }

  private void send(boolean isV6, int sourcePort, int destinationPort) {
    int transport = ETHERNET + (isV6 ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH);
    Memory.zero(frame + transport, TcpHeader.MIN_LENGTH);
    Memory.put16(frame + transport, sourcePort);
    Memory.put16(frame + transport + 2, destinationPort);
    int length = transport + TcpHeader.MIN_LENGTH;
    Libc.sendto(errno, fd, frame, length, Sockets.MSG_DONTWAIT, 0, 0);
  }

  /** Closes the socket; idempotent. */
  @Override
  public void close() {
    if (isOpen) {
      isOpen = false;
      Libc.close(errno, fd);
      arena.close();
    }
  }
}
