package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.SequenceAdjustment;
import jvs.flow.TcpState;
import jvs.service.RealServer;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;

/**
 * Reads along in FTP control connections of NAT services: opens the data connections that client
 * and server agree on, and shows the client the virtual address instead of the server's
 * (ip_vs_ftp.c).
 *
 * <pre>
 *   PORT, EPRT of the client   client:port ─► VIP:20 ─► server:20, text as it is
 *   227, 229 of the server     client:any  ─► VIP:port ─► server:port, text with the VIP
 * </pre>
 *
 * <p>A data connection is controlled by its control connection, which therefore lives as long. What
 * a server sends again gets the VIP again, for which a passive mode lasts until the client's next
 * {@code PORT}; the kernel forgets it with the first answer. One thread, its worker's.
 */
final class FtpControl {
  private static final int PORT = 21;
  private static final int SHORTEST_COMMAND = 6;
  private static final int LONGEST_TEXT = 24;
  private static final int MODE = ConnectionFlags.FTP_PASV | ConnectionFlags.FTP_EPSV;

  private final ConnectionTable table;
  private final ConnectionFactory factory;
  private final ConnectionStates states;
  private ExpectedConnections listener = announced -> {};
  private final Connection data;
  private final FlowKey key = new FlowKey();
  private final FtpText text = new FtpText();
  private final byte[] written = new byte[LONGEST_TEXT];
  private int writtenLength;

  FtpControl(ConnectionTable table, ConnectionFactory factory, ConnectionStates states) {
    this.table = table;
    this.factory = factory;
    this.states = states;
    data = new Connection(table);
  }

  void announceTo(ExpectedConnections now) {
    listener = now;
  }

  /** Whether a packet may say something about data connections. */
  boolean concerns(Packet packet, Connection connection) {
    return connection.virtualPort() == PORT
        && connection.isMasquerading()
        && packet.isTcp()
        && connection.state() == TcpState.ESTABLISHED
        && packet.tcp().headerLength() >= TcpHeader.MIN_LENGTH
        && packet.tcp().headerLength() < packet.transportLength();
  }

  private void wrap(Packet packet) {
    int header = packet.tcp().headerLength();
    text.wrap(packet.address() + packet.transport() + header, packet.transportLength() - header);
  }

  /**
   * Reads a request of a control connection (ip_vs_ftp_in).
   *
   * @return 0, or the code of the reason to drop it
   */
  int request(Packet packet, Connection control, RealServer server, long nowMillis) {
    wrap(packet);
    boolean isV6 = control.isV6();
    for (int offset = 0; offset + SHORTEST_COMMAND <= text.length(); offset++) {
      if (!isV6 && text.isPasv(offset)) {
        enter(control, ConnectionFlags.FTP_PASV);
        return 0;
      }
      if (text.isEpsv(offset, isV6)) {
        enter(control, ConnectionFlags.FTP_EPSV);
        return 0;
      }
    }
    if ((isV6 || !text.isPort()) && !text.isEprt(isV6)) {
      return 0;
    }
    enter(control, 0);
    key.set(
        isV6,
        TcpHeader.PROTOCOL,
        text.high(),
        text.low(),
        text.port(),
        control.virtualHigh(),
        control.virtualLow(),
        control.virtualPort() - 1);
    int slot = table.findRequest(key);
    if (slot == ConnectionTable.NONE) {
      int port = control.serverPort() - 1 & 0xffff;
      long high = control.serverHigh();
      slot = factory.expect(key, control, server, high, control.serverLow(), port, nowMillis);
    }
    return listen(slot, nowMillis);
  }

  private static void enter(Connection control, int mode) {
    control.removeFlags(MODE & ~mode);
    control.addFlags(mode);
  }

  private int listen(int slot, long nowMillis) {
    if (slot == ConnectionTable.NONE) {
      return DropReason.CONNECTION_TABLE_FULL.code();
    }
    states.listen(data.at(slot), nowMillis);
    listener.expected(data);
    return 0;
  }

  /**
   * Reads a reply of a control connection and puts the virtual address into it (ip_vs_ftp_out).
   * Before its addresses are translated, after its numbers were adjusted.
   *
   * @param sequenceNumber the segment's as the server sent it
   * @return 0, or the code of the reason to drop it
   */
  int reply(
      Packet packet, int sequenceNumber, Connection control, RealServer server, long nowMillis) {
    if (!control.hasFlag(MODE)) {
      return 0;
    }
    wrap(packet);
    boolean isExtended = control.hasFlag(ConnectionFlags.FTP_EPSV);
    if (!(isExtended ? text.isEpsvAnswer(control.isV6()) : text.isPasvAnswer())) {
      return 0;
    }
    long high = isExtended && !text.hasAddress() ? control.serverHigh() : text.high();
    long low = isExtended && !text.hasAddress() ? control.serverLow() : text.low();
    key.set(
        control.isV6(),
        TcpHeader.PROTOCOL,
        control.clientHigh(),
        control.clientLow(),
        0,
        high,
        low,
        text.port());
    int slot = table.findReply(key);
    if (slot == ConnectionTable.NONE) {
      key.set(
          control.isV6(),
          TcpHeader.PROTOCOL,
          control.clientHigh(),
          control.clientLow(),
          0,
          control.virtualHigh(),
          control.virtualLow(),
          text.port());
      slot = factory.expect(key, control, server, high, low, text.port(), nowMillis);
    }
    int reason = listen(slot, nowMillis);
    if (reason == 0) {
      write(isExtended);
      int removed = text.end() - text.start();
      PayloadEdit.replace(packet, text.start(), removed, written, writtenLength);
      if (writtenLength != removed) {
        SequenceAdjustment.replyGrew(control, sequenceNumber, writtenLength - removed);
      }
    }
    return reason;
  }

  private void write(boolean isExtended) {
    writtenLength = 0;
    int port = data.virtualPort();
    if (isExtended) {
      write('|');
      write('|');
      write('|');
      writeNumber(port);
      write('|');
      return;
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
      writeNumber((int) (data.virtualLow() >>> shift) & 0xff);
      write(',');
    }
    writeNumber(port >>> 8);
    write(',');
    writeNumber(port & 0xff);
  }

  private void write(int character) {
    written[writtenLength++] = (byte) character;
  }

  private void writeNumber(int number) {
    if (number >= 10) {
      writeNumber(number / 10);
    }
    write('0' + number % 10);
  }
}
