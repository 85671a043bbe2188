package jvs.lab;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import jvs.wire.IpAddress;

/**
 * A server behind FULLNAT that wants to know its clients.
 *
 * <p>It speaks first: the client's address and port, and a line's end. Then it takes one line:
 * {@code down BYTES} and sends so much of {@link Payload}, or {@code up BYTES}, reads so much and
 * answers with its SHA-256.
 */
final class IntroducedServer implements AutoCloseable {
  static final long SEED = 3;

  private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a21");
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int TIMEOUT_MILLIS = 30_000;

  /** Finds out who the client of a connection is. */
  @FunctionalInterface
  interface Introduction {
    /** Address and port with a blank between them. */
    String of(Socket connection, DataInputStream in) throws IOException;
  }

  private final ServerSocket listener;
  private final Introduction introduction;

  /** Serves on a port of {@code host} until it is closed. */
  IntroducedServer(Host host, int port, Introduction introduction) {
    this.introduction = introduction;
    listener = NamespaceCall.in(host, () -> new ServerSocket(port));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setSoTimeout(TIMEOUT_MILLIS);
      DataInputStream in = new DataInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      say(out, introduction.of(connection, in));
      String[] words = line(in).split(" ", -1);
      long bytes = Long.parseLong(words[1]);
      if (words[0].equals("down")) {
        Payload.write(out, bytes, SEED);
      } else {
        MessageDigest digest = Payload.sha256();
        for (long left = bytes; left > 0; ) {
          byte[] piece = in.readNBytes((int) Math.min(left, 1 << 16));
          digest.update(piece);
          left = piece.length == 0 ? 0 : left - piece.length;
        }
        say(out, Payload.hex(digest));
      }
    } catch (IOException e) {
      // The client has gone; the scenario sees it there.
    }
  }

  private static void say(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.readUnsignedByte(); octet != '\n'; octet = in.readUnsignedByte()) {
      line.append((char) octet);
    }
    return line.toString();
  }

  /** Reads the header of PROXY protocol version 2 over IPv4 or IPv6. */
  static String byProxyProtocol(Socket connection, DataInputStream in) throws IOException {
    byte[] begin = in.readNBytes(SIGNATURE.length);
    int family = in.readUnsignedByte();
    int octets = family == TCP_OVER_IPV4 ? 4 : 16;
    boolean isKnown = family == TCP_OVER_IPV4 || family == TCP_OVER_IPV6;
    if (!Arrays.equals(begin, SIGNATURE)
        || !isKnown
        || in.readUnsignedShort() != 2 * (octets + Short.BYTES)) {
      return "no PROXY header but " + HexFormat.of().formatHex(begin) + " " + family;
    }
    IpAddress client = IpAddress.of(in.readNBytes(octets));
    in.skipNBytes(octets);
    int port = in.readUnsignedShort();
    in.skipNBytes(Short.BYTES);
    return client + " " + port;
  }

  /** What the server's kernel knows: the other end of the connection. */
  static InetSocketAddress peer(Socket connection) {
    return (InetSocketAddress) connection.getRemoteSocketAddress();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
