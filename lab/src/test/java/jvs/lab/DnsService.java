package jvs.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * A name server (RFC 1035) for which every name has one TXT record, the server's own name, and
 * nothing else; failing it says SERVFAIL.
 */
final class DnsService implements LiveService {
  private static final int HEADER_BYTES = 12;
  private static final int TXT = 16;
  private static final int CLASS_IN = 1;
  private static final int POINTER_TO_QUESTION = 0xc000 | HEADER_BYTES;
  private static final int RESPONSE = 0x8400;
  private static final int SERVFAIL = 2;
  private static final String QUESTION = "name";
  private static final int RECORD_HEADER_BYTES = 12;
  private static final int TIMEOUT_MILLIS = 1_000;

  private final DatagramChannel channel;
  private final byte[] name;
  private volatile boolean isFailing;

  private DnsService(DatagramChannel channel, String name) {
    this.channel = channel;
    this.name = name.getBytes(StandardCharsets.US_ASCII);
  }

  static DnsService open(Host host, String address, int port, String name) throws IOException {
    DatagramChannel channel = NamespaceCall.in(host, DatagramChannel::open);
    channel.bind(new InetSocketAddress(address, port));
    DnsService service = new DnsService(channel, name);
    Thread.ofVirtual().start(service::serve);
    return service;
  }

  /** What a client hears is the TXT record of a name. */
  @SuppressWarnings("JdkObsolete") // what JNDI asks for
  static String ask(Host client, String server) {
    return NamespaceCall.in(client, () -> text(new InetSocketAddress(server, 53)));
  }

  private static String text(InetSocketAddress server) throws IOException {
    ByteBuffer query = ByteBuffer.allocate(512).putLong(0x1234_0100_0001_0000L).putInt(0);
    query.put((byte) QUESTION.length()).put(QUESTION.getBytes(StandardCharsets.US_ASCII));
    query.put((byte) 0).putShort((short) TXT).putShort((short) CLASS_IN);
    int end = query.position();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.send(new DatagramPacket(query.array(), end, server));
      DatagramPacket answer = new DatagramPacket(query.array(), query.capacity());
      socket.receive(answer);
      int at = end + RECORD_HEADER_BYTES;
      if (answer.getLength() <= at) {
        throw new IOException("an answer without a record");
      }
      return new String(answer.getData(), at + 1, query.get(at) & 0xff, StandardCharsets.US_ASCII);
    }
  }

  private void serve() {
    ByteBuffer datagram = ByteBuffer.allocate(512);
    try {
      while (true) {
        SocketAddress client = channel.receive(datagram.clear());
        if (datagram.flip().remaining() > HEADER_BYTES) {
          channel.send(answer(datagram), client);
        }
      }
    } catch (ClosedChannelException e) {
      // The scenario is over.
    } catch (IOException e) {
      System.err.println("DnsService: " + e);
    }
  }

  /** Turns a query into its answer: the header, its only question, and a record if it is ours. */
  private ByteBuffer answer(ByteBuffer datagram) {
    int end = HEADER_BYTES;
    while (datagram.get(end) != 0) {
      end += 1 + datagram.get(end);
    }
    int type = datagram.getShort(end + 1);
    boolean isOurs = type == TXT && !isFailing;
    datagram.putShort(2, (short) (RESPONSE | (isFailing ? SERVFAIL : 0)));
    datagram.putShort(4, (short) 1).putShort(6, (short) (isOurs ? 1 : 0));
    datagram.putShort(8, (short) 0).putShort(10, (short) 0);
    datagram.limit(datagram.capacity()).position(end + 5);
    if (isOurs) {
      datagram.putShort((short) POINTER_TO_QUESTION).putShort((short) TXT);
      datagram.putShort((short) CLASS_IN).putInt(0);
      datagram.putShort((short) (1 + name.length)).put((byte) name.length).put(name);
    }
    return datagram.flip();
  }

  @Override
  public void setFailing(boolean failing) {
    isFailing = failing;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
