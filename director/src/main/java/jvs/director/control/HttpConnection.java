package jvs.director.control;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * As much of HTTP/1.1 as talking to {@link ControlServer} takes: one request after the other, each
 * answer read to its end before the next.
 *
 * <p>One thread, but {@link #close} may come from any. The JDK's HTTP client knows no Unix domain
 * sockets, and start-up time counts.
 */
final class HttpConnection implements AutoCloseable {
  private static final int MAX_LINE = 8192;

  /** An answer: its status, and its body, which ends by itself. */
  record Answer(int status, InputStream body) {}

  private final SocketChannel channel;
  private final Watchdog watchdog;
  private final InputStream in;
  private boolean isReusable = true;

  private HttpConnection(SocketChannel channel, long boundMillis) {
    this.channel = channel;
    this.watchdog = Watchdog.start(channel, boundMillis);
    this.in = new BufferedInputStream(Channels.newInputStream(channel), 16384);
  }

  /** Connects; the connection breaks when the server is silent for longer than the bound. */
  static HttpConnection open(Path socket, long boundMillis) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new HttpConnection(channel, boundMillis);
  }

  /** Sends a request and reads the head of the answer. */
  Answer exchange(String method, String target, @Nullable String json) throws IOException {
    return json == null
        ? send(method + " " + target, "", new byte[0])
        : send(method + " " + target, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes and reads the head of the answer. */
  Answer post(String target, byte[] body) throws IOException {
    return send("POST " + target, "application/octet-stream", body);
  }

  private Answer send(String request, String type, byte[] body) throws IOException {
    String entity =
        type.isEmpty()
            ? ""
            : "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n";
    String head = request + " HTTP/1.1\r\nHost: jvs\r\n" + entity + "\r\n";
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer whole = ByteBuffer.allocate(start.length + body.length);
    whole.put(start).put(body).flip();
    watchdog.feed();
    while (whole.hasRemaining()) {
      channel.write(whole);
    }
    return readHead();
  }

  /** The last answer has been read to its end; returns whether another request may follow. */
  boolean finish() {
    watchdog.rest();
    return isReusable;
  }

  /** Whether the connection was broken because the server was silent. */
  boolean isSilent() {
    return watchdog.hasBitten();
  }

  private Answer readHead() throws IOException {
    String statusLine = readLine(in);
    int status = status(statusLine);
    long length = 0;
    boolean isChunked = false;
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).trim();
      switch (name) {
        case "content-length" -> length = number(value, 10);
        case "transfer-encoding" -> isChunked = value.equalsIgnoreCase("chunked");
        case "connection" -> isReusable = !value.equalsIgnoreCase("close");
        default -> {
          // Of no interest.
        }
      }
    }
    return new Answer(status, isChunked ? new ChunkedBody() : new FixedBody(length));
  }

  private static int status(String line) throws IOException {
    // "HTTP/1.1 200 OK"
    if (!line.startsWith("HTTP/1.") || line.length() < 12) {
      throw new IOException("'" + line + "' is no HTTP status line");
    }
    return (int) number(line.substring(9, 12), 10);
  }

  private static long number(String text, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(text, radix) & Long.MAX_VALUE;
    } catch (NumberFormatException e) {
      throw new IOException("'" + text + "' in an HTTP head, expected a number", e);
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("connection closed");
      }
      if (line.length() == MAX_LINE) {
        throw new IOException("line in an HTTP head beyond " + MAX_LINE + " characters");
      }
      line.append((char) c);
    }
    int length = line.length();
    boolean hasReturn = length > 0 && line.charAt(length - 1) == '\r';
    return line.substring(0, hasReturn ? length - 1 : length);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** A body of a length told beforehand. */
  private final class FixedBody extends InputStream {
    private long left;

    FixedBody(long left) {
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(buffer, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("answer cut off");
      }
      left -= count;
      watchdog.feed();
      return count;
    }
  }

  /** A body in chunks, each with its length before it (RFC 9112, section 7.1). */
  private final class ChunkedBody extends InputStream {
    private FixedBody chunk = new FixedBody(0);
    private boolean isFirst = true;
    private boolean isAtEnd;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (chunk.left == 0 && !isAtEnd) {
        nextChunk();
      }
      return isAtEnd ? -1 : chunk.read(buffer, offset, length);
    }

    private void nextChunk() throws IOException {
      if (!isFirst) {
        readLine(in);
      }
      isFirst = false;
      chunk = new FixedBody(number(readLine(in), 16));
      isAtEnd = chunk.left == 0;
      if (isAtEnd) {
        readLine(in);
      }
    }
  }
}
