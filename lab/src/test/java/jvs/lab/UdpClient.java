package jvs.lab;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/** One UDP socket of a client, hence one connection to the director. One thread at a time. */
final class UdpClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 3000;
  private static final int MAX_BYTES = 65_507;

  private final DatagramChannel channel;

  private UdpClient(DatagramChannel channel) {
    this.channel = channel;
  }

  /** Makes the socket in the client's namespace; it hears only the address asked. */
  static UdpClient open(Host client, String address, int port) throws IOException {
    DatagramChannel channel = NamespaceCall.in(client, DatagramChannel::open);
    channel.connect(new InetSocketAddress(address, port));
    channel.socket().setSoTimeout(TIMEOUT_MILLIS);
    return new UdpClient(channel);
  }

  /** Sends a datagram and returns the next that comes. */
  String ask(String text) throws IOException {
    send(text);
    return receive();
  }

  void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    channel.socket().send(new DatagramPacket(bytes, bytes.length, channel.getRemoteAddress()));
  }

  String receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
    channel.socket().receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
