package jvs.director.ipvsadm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jvs.director.control.ControlClient;

/**
 * Runs the usual commands against a director that has one answer to each question, so that the
 * JVM's AOT cache can be made from what they load. Prints nothing.
 */
public final class Rehearsal {
  private static final String[][] COMMANDS = {
    {"-L", "-n"},
    {"-L"},
    {"-L", "-n", "-c"},
    {"-L", "--stats"},
    {"-S", "-n"},
    {"-L", "--timeout"},
    {"-A", "-t", "10.0.0.1:80", "-s", "rr"},
    {"-a", "-t", "10.0.0.1:80", "-r", "10.0.0.2", "-m"},
    {"-C", "-t", "x"},
    {"-R"},
    {"-h"},
  };

  private static final String SERVICE =
      """
      {"service":{"protocol":"tcp","address":"10.0.0.1","port":80},
       "settings":{"scheduler":"rr","flags":["persistent"],"timeoutSeconds":60,
        "netmask":"255.255.255.0","engine":""},"statistics":STATISTICS}\
      """;
  private static final String SERVER =
      """
      {"server":{"address":"10.0.0.2","port":80},
       "settings":{"method":"masq","weight":1,"upperThreshold":0,"lowerThreshold":0},
       "activeConnections":0,"inactiveConnections":0,"persistentConnections":0,
       "statistics":STATISTICS}\
      """;
  private static final String STATISTICS =
      """
      {"connections":0,"inPackets":0,"outPackets":0,"inBytes":0,"outBytes":0,"connectionRate":0,
       "inPacketRate":0,"outPacketRate":0,"inByteRate":0,"outByteRate":0}\
      """;
  private static final String CONNECTION =
      """
      {"protocol":"tcp","clientAddress":"10.0.0.3","clientPort":1025,"virtualAddress":"10.0.0.1",
       "virtualPort":80,"serverAddress":"10.0.0.2","serverPort":80,"state":"ESTABLISHED",
       "expiresSeconds":900,"isSynced":false}\
      """;

  private Rehearsal() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createTempDirectory("jvs-rehearsal");
    Path socket = directory.resolve("control.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofPlatform().daemon().start(() -> serve(listener));
      Names names = Names.system();
      for (String[] command : COMMANDS) {
        run(socket, names, command);
      }
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  private static void run(Path socket, Names names, String[] command) {
    InputStream in = new ByteArrayInputStream("-Z\n-X\n".getBytes(StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    try (ControlClient control = new ControlClient(socket)) {
      new Ipvsadm(control, names, in, out, out).run(command);
    }
  }

  private static void serve(ServerSocketChannel listener) {
    try {
      while (true) {
        SocketChannel client = listener.accept();
        Thread.ofPlatform().daemon().start(() -> answer(client));
      }
    } catch (IOException end) {
      // The rehearsal is over.
    }
  }

  private static void answer(SocketChannel client) {
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    try (client) {
      while (client.read(buffer.clear()) >= 0) {
        String request = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
        byte[] body = body(request).getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
        client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
        client.write(ByteBuffer.wrap(body));
      }
    } catch (IOException end) {
      // The client has done.
    }
  }

  private static String body(String request) {
    String path = request.split(" ", 3)[1];
    String text =
        switch (path) {
          case "/info" -> "{\"connectionTableSize\":4096}";
          case "/services" -> "[" + SERVICE + "]";
          case "/connections" -> "[" + CONNECTION + "]";
          case "/timeouts" -> "{\"tcp\":900,\"tcpFin\":120,\"udp\":300}";
          default -> {
            if (path.endsWith("/local-addresses")) {
              yield "[]";
            }
            yield path.endsWith("/servers") ? "[" + SERVER + "]" : "{\"applied\":1}";
          }
        };
    return text.replace("STATISTICS", STATISTICS);
  }
}
