package jvs.lab;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One TCP connection of a client that asks again and again over it. One thread at a time. */
final class HttpConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 5000;

  private final SocketChannel channel;

  private HttpConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Makes the socket in the client's namespace, without connecting it. */
  static HttpConnection of(Host client) {
    return new HttpConnection(NamespaceCall.in(client, SocketChannel::open));
  }

  /** Makes the socket and connects it. */
  static HttpConnection open(Host client, String address, int port) throws IOException {
    HttpConnection connection = of(client);
    connection.connect(address, port, TIMEOUT_MILLIS);
    return connection;
  }

  /** Makes many sockets and connects them, one after the other. */
  static List<HttpConnection> open(Host client, String address, int port, int number)
      throws IOException {
    List<HttpConnection> made = make(client, number);
    for (HttpConnection connection : made) {
      connection.connect(address, port, TIMEOUT_MILLIS);
    }
    return made;
  }

  /** Makes many sockets, without connecting them. */
  static List<HttpConnection> make(Host client, int number) {
    return NamespaceCall.in(
        client,
        () -> {
          List<HttpConnection> sockets = new ArrayList<>();
          for (int i = 0; i < number; i++) {
            sockets.add(new HttpConnection(SocketChannel.open()));
          }
          return sockets;
        });
  }

  /** Waits so long for answers from here on. */
  void patience(int millis) throws IOException {
    channel.socket().setSoTimeout(millis);
  }

  /** Connects, or closes the socket and fails. */
  void connect(String address, int port, int timeoutMillis) throws IOException {
    try {
      channel.socket().connect(new InetSocketAddress(address, port), timeoutMillis);
      channel.socket().setSoTimeout(TIMEOUT_MILLIS);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Ends without waiting: closing resets. */
  void resetAtEnd() throws IOException {
    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
  }

  boolean isConnected() {
    return channel.isConnected();
  }

  /** The client's port. */
  int port() {
    return channel.socket().getLocalPort();
  }

  /** The body of the answer, without the line's end. */
  String get(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n";
    channel.socket().getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = new BufferedInputStream(channel.socket().getInputStream());
    int lengthBytes = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "content-length: ", 0, 16)) {
        lengthBytes = Integer.parseInt(line, 16, line.length(), 10);
      }
    }
    return new String(in.readNBytes(lengthBytes), StandardCharsets.US_ASCII).strip();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int character = in.read(); character != '\n'; character = in.read()) {
      if (character < 0) {
        throw new EOFException("after \"" + line + "\"");
      }
      if (character != '\r') {
        line.append((char) character);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
