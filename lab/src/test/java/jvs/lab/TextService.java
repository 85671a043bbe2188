package jvs.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A TCP service in a host's namespace that greets whoever connects, as sshd does. */
final class TextService implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 3000;

  private final ServerSocketChannel listener;
  private final InetSocketAddress address;
  private final String greeting;

  private TextService(ServerSocketChannel listener, InetSocketAddress address, String greeting) {
    this.listener = listener;
    this.address = address;
    this.greeting = greeting;
  }

  static TextService open(Host host, String address, int port, String greeting) throws IOException {
    ServerSocketChannel listener = NamespaceCall.in(host, ServerSocketChannel::open);
    InetSocketAddress bound = new InetSocketAddress(address, port);
    listener.bind(bound);
    TextService service = new TextService(listener, bound, greeting);
    Thread.ofVirtual().start(service::serve);
    return service;
  }

  /** What the service tells a client that connects to it. */
  String askedBy(Host client) throws IOException {
    try (SocketChannel channel = NamespaceCall.in(client, SocketChannel::open)) {
      channel.socket().connect(address, TIMEOUT_MILLIS);
      channel.socket().setSoTimeout(TIMEOUT_MILLIS);
      byte[] bytes = channel.socket().getInputStream().readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private void serve() {
    try {
      while (true) {
        try (SocketChannel client = listener.accept()) {
          client.socket().getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (ClosedChannelException e) {
      // The scenario is over.
    } catch (IOException e) {
      System.err.println("TextService on " + address + ": " + e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
