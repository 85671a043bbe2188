package jvs.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A mail server that takes no mail (RFC 5321); failing it says 421 instead of 220. */
final class SmtpService implements LiveService {
  private static final int TIMEOUT_MILLIS = 3000;

  private final ServerSocket listener;
  private final String name;
  private volatile boolean isFailing;

  private SmtpService(ServerSocket listener, String name) {
    this.listener = listener;
    this.name = name;
  }

  static SmtpService open(Host host, String address, int port, String name) throws IOException {
    ServerSocketChannel channel = NamespaceCall.in(host, ServerSocketChannel::open);
    channel.bind(new InetSocketAddress(address, port));
    SmtpService service = new SmtpService(channel.socket(), name);
    Thread.ofVirtual().start(service::accept);
    return service;
  }

  /** The text behind the code with which a server greets a client. */
  static String greeting(Host client, String address, int port) throws IOException {
    try (SocketChannel channel = NamespaceCall.in(client, SocketChannel::open)) {
      Socket socket = channel.socket();
      socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String line = lines(socket).readLine();
      say(socket, "QUIT");
      return String.valueOf(line).substring("220 ".length());
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // The scenario is over, or a client had gone before we got it.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (isFailing) {
        say(client, "421 " + name);
        return;
      }
      say(client, "220 " + name);
      BufferedReader lines = lines(client);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("QUIT")) {
          say(client, "221 " + name);
          return;
        }
        say(client, (line.startsWith("HELO ") ? "250 " : "502 ") + name);
      }
    } catch (IOException e) {
      // Its checks end connections as they like.
    }
  }

  private static BufferedReader lines(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  private static void say(Socket socket, String line) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void setFailing(boolean failing) {
    isFailing = failing;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
