package jvs.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * A real server for where there is no nginx, and for what nginx cannot do.
 *
 * <pre>
 * GET /             server 1
 * GET /peer         the client's address as this server sees it
 * GET /bytes/N      N bytes of {@link Payload}, the seed is {@link #SEED}
 * PUT, POST         the SHA-256 of the body
 * UDP               the datagram, behind "server 1 "
 * </pre>
 *
 * <p>As a program it ends when its standard input does, hence with the program that started it.
 */
public final class HttpServerMain implements AutoCloseable {
  static final long SEED = 1;

  private static final String BYTES = "/bytes/";
  private static final int MAX_DATAGRAM_BYTES = 65_507;

  static {
    // Looked at when the first server is made.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "30000");
    System.setProperty("sun.net.httpserver.idleInterval", "7200");
  }

  private final String name;
  private final HttpServer http;
  private final List<DatagramChannel> channels = new ArrayList<>();

  private HttpServerMain(String name, HttpServer http) {
    this.name = name;
    this.http = http;
  }

  /**
   * Serves until standard input ends.
   *
   * @param arguments a name; a TCP port for all addresses; a UDP port; addresses to answer UDP on,
   *     as an answer leaves from the address that was asked only if the socket is bound to it
   */
  public static void main(String[] arguments) throws IOException {
    List<String> list = List.of(arguments);
    int tcpPort = Integer.parseInt(arguments[1]);
    int udpPort = Integer.parseInt(arguments[2]);
    HttpServerMain server = open(arguments[0], tcpPort, udpPort, list.subList(3, list.size()));
    System.out.println("ready, " + server);
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }

  /** Serves on sockets of the namespace that the calling thread is in. */
  static HttpServerMain open(String name, int tcpPort, int udpPort, List<String> addresses)
      throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress(tcpPort), 1024);
    HttpServerMain server = new HttpServerMain(name, http);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", server::answer);
    http.start();
    int port = udpPort;
    for (String address : addresses) {
      DatagramChannel channel = DatagramChannel.open();
      server.channels.add(channel);
      channel.bind(new InetSocketAddress(address, port));
      port = channel.socket().getLocalPort();
      Thread.ofPlatform().daemon().start(() -> server.echo(channel));
    }
    return server;
  }

  /** Stops serving. */
  @Override
  public void close() throws IOException {
    http.stop(0);
    for (DatagramChannel channel : channels) {
      channel.close();
    }
  }

  @Override
  public String toString() {
    int udpPort = channels.isEmpty() ? 0 : channels.getFirst().socket().getLocalPort();
    return "TCP port " + http.getAddress().getPort() + ", UDP port " + udpPort;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!exchange.getRequestMethod().equals("GET")) {
        text(exchange, digest(exchange));
      } else if (path.startsWith(BYTES)) {
        long size = Long.parseLong(path, BYTES.length(), path.length(), 10);
        exchange.sendResponseHeaders(200, size);
        Payload.write(exchange.getResponseBody(), size, SEED);
      } else if (path.equals("/peer")) {
        text(exchange, exchange.getRemoteAddress().getAddress().getHostAddress());
      } else {
        text(exchange, name);
      }
    }
  }

  private static String digest(HttpExchange exchange) throws IOException {
    MessageDigest digest = Payload.sha256();
    try (var body = new DigestInputStream(exchange.getRequestBody(), digest)) {
      body.transferTo(OutputStream.nullOutputStream());
    }
    return Payload.hex(digest);
  }

  private static void text(HttpExchange exchange, String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void echo(DatagramChannel channel) {
    byte[] prefix = (name + " ").getBytes(StandardCharsets.UTF_8);
    ByteBuffer datagram = ByteBuffer.allocate(prefix.length + MAX_DATAGRAM_BYTES);
    try (channel) {
      while (true) {
        datagram.clear().put(prefix);
        var client = channel.receive(datagram);
        channel.send(datagram.flip(), client);
      }
    } catch (ClosedChannelException e) {
      // It was told to stop.
    } catch (IOException e) {
      System.out.println(name + ": UDP: " + e);
    }
  }
}
