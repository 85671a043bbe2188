package jvs.director.control;

import java.io.IOException;
import java.nio.file.Path;
import jvs.director.dropin.KernelAnswer;
import jvs.director.dropin.KernelCall;
import org.jspecify.annotations.Nullable;

/**
 * The way of {@link KernelCall}s to a director that may come and go.
 *
 * <p>One thread. Connects when first used and again whenever the connection is of no use any more.
 */
public final class KernelClient implements AutoCloseable {
  private static final long ANSWER_MILLIS = 10_000;

  /** The server closes connections that are idle for longer than this, so they are left before. */
  private static final long IDLE_NANOS = 1_000_000_000L;

  private final Path socket;
  private @Nullable HttpConnection connection;
  private long lastUseNanos;

  /** A client of the director behind {@code socket}. */
  public KernelClient(Path socket) {
    this.socket = socket;
  }

  /**
   * Does a call.
   *
   * @throws IOException if no director answers
   */
  public KernelAnswer call(KernelCall call) throws IOException {
    byte[] encoded = call.encode();
    HttpConnection open = connection;
    connection = null;
    if (open != null) {
      if (System.nanoTime() - lastUseNanos < IDLE_NANOS) {
        try {
          return exchange(open, encoded);
        } catch (IOException broken) {
          // A director that has gone took its table along, so asking its successor is no
          // repetition.
        }
      }
      open.close();
    }
    return exchange(HttpConnection.open(socket, ANSWER_MILLIS), encoded);
  }

  private KernelAnswer exchange(HttpConnection open, byte[] encoded) throws IOException {
    boolean isReusable = false;
    try {
      HttpConnection.Answer answer = open.post("/kernel", encoded);
      byte[] body = answer.body().readAllBytes();
      if (answer.status() != 200) {
        throw new IOException("the director behind " + socket + " answers " + answer.status());
      }
      isReusable = open.finish();
      return KernelAnswer.decode(body);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("the director behind " + socket + " talks nonsense", malformed);
    } finally {
      if (isReusable) {
        connection = open;
        lastUseNanos = System.nanoTime();
      } else {
        open.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
