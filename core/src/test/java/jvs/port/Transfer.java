package jvs.port;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.Callable;

/** Bulk data over real sockets, compared by digest. */
final class Transfer {
  private static final int CHUNK_BYTES = 1 << 18;

  private Transfer() {}

  /** Accepts one connection, sends {@code bytes} seeded bytes and digests what arrives. */
  static Callable<byte[]> server(ServerSocket listening, long seed, long bytes) {
    return () -> {
      try (listening;
          Socket socket = listening.accept()) {
        return exchange(socket, seed, bytes);
      }
    };
  }

  /** Connects, sends {@code bytes} seeded bytes and digests what arrives. */
  static Callable<byte[]> client(String address, int port, long seed, long bytes) {
    return () -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, port), 5000);
        return exchange(socket, seed, bytes);
      }
    };
  }

  private static byte[] exchange(Socket socket, long seed, long bytes) throws Exception {
    Thread sender =
        Thread.ofPlatform()
            .start(
                () -> {
                  Random random = new Random(seed);
                  byte[] chunk = new byte[CHUNK_BYTES];
                  try {
                    OutputStream out = socket.getOutputStream();
                    for (long left = bytes; left > 0; left -= chunk.length) {
                      random.nextBytes(chunk);
                      out.write(chunk);
                    }
                    socket.shutdownOutput();
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[CHUNK_BYTES];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
    }
    sender.join();
    return digest.digest();
  }

  /** Digest of {@code bytes} seeded bytes. */
  static byte[] expected(long seed, long bytes) throws NoSuchAlgorithmException {
    Random random = new Random(seed);
    byte[] chunk = new byte[CHUNK_BYTES];
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long left = bytes; left > 0; left -= chunk.length) {
      random.nextBytes(chunk);
      digest.update(chunk);
    }
    return digest.digest();
  }

  /** Sends each datagram back to where it came from, {@code count} times. */
  static Callable<Integer> echo(DatagramSocket socket, int count) {
    return () -> {
      byte[] buffer = new byte[65_536];
      for (int i = 0; i < count; i++) {
        DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
        socket.receive(datagram);
        socket.send(datagram);
      }
      socket.close();
      return count;
    };
  }

  /** Sends a datagram and returns the answer. */
  static Callable<byte[]> ask(String address, int port, byte[] question) {
    return () -> {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.setSoTimeout(5000);
        InetAddress to = InetAddress.getByName(address);
        socket.send(new DatagramPacket(question, question.length, to, port));
        DatagramPacket answer = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(answer);
        byte[] octets = new byte[answer.getLength()];
        System.arraycopy(answer.getData(), 0, octets, 0, octets.length);
        return octets;
      }
    };
  }
}
