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
  private static final long ANSWER_MILLIS = 3_000;

  /** A director that was silent for so long is not waited for again: all callers wait in turn. */
  private static final long HASTY_MILLIS = 500;

  /** The server closes connections that are idle for longer than this, so they are left before. */
  private static final long IDLE_NANOS = 1_000_000_000L;

  private final Path socket;
  private final long patientMillis;
  private final long hastyMillis;
  private long boundMillis;
  private @Nullable HttpConnection connection;
  private long lastUseNanos;

  /** A client of the director behind {@code socket}. */
  public KernelClient(Path socket) {
    this(socket, ANSWER_MILLIS, HASTY_MILLIS);
  }

  /** The same with other limits for an answer, the second for a director that broke the first. */
  KernelClient(Path socket, long patientMillis, long hastyMillis) {
    this.socket = socket;
    this.patientMillis = patientMillis;
    this.hastyMillis = hastyMillis;
    boundMillis = patientMillis;
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
          // repetition; one that is silent may do what it was asked yet.
          if (boundMillis == hastyMillis) {
            throw broken;
          }
        }
      }
      open.close();
    }
    return exchange(connect(), encoded);
  }

  private HttpConnection connect() throws IOException {
    try {
      return HttpConnection.open(socket, boundMillis);
    } catch (IOException none) {
      boundMillis = patientMillis;
      throw none;
    }
  }

  private KernelAnswer exchange(HttpConnection open, byte[] encoded) throws IOException {
    boolean isReusable = false;
    long begun = System.nanoTime();
    try {
      HttpConnection.Answer answer = open.post("/kernel", encoded);
      byte[] body = answer.body().readAllBytes();
      if (answer.status() != 200) {
        throw new IOException("the director behind " + socket + " answers " + answer.status());
      }
      isReusable = open.finish();
      boundMillis = patientMillis;
      return KernelAnswer.decode(body);
    } catch (IllegalArgumentException malformed) {
      throw new IOException("the director behind " + socket + " talks nonsense", malformed);
    } catch (IOException broken) {
      if (System.nanoTime() - begun >= boundMillis * 1_000_000) {
        boundMillis = hastyMillis;
      }
      throw broken;
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
