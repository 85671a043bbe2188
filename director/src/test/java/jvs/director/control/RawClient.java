package jvs.director.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that sends what it likes. */
public final class RawClient implements AutoCloseable {
  private final SocketChannel channel;

  RawClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  /** A request for one answer. */
  public static String post(Path socket, String path, String body) throws IOException {
    try (RawClient client = new RawClient(socket)) {
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      client.send(
          "POST "
              + path
              + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
              + length
              + "\r\n\r\n"
              + body);
      return client.readAll();
    }
  }

  /** A request for one answer. */
  public static String request(Path socket, String method, String path) throws IOException {
    try (RawClient client = new RawClient(socket)) {
      client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      return client.readAll();
    }
  }

  void send(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** All that comes until the server closes the connection. */
  String readAll() throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(65536);
    while (channel.read(buffer.clear()) >= 0) {
      text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
