package jvs.director.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a director's control socket and its answers, one after the other over a connection
 * that is kept while it is good.
 *
 * <p>Connects when first used. One thread.
 */
final class ControlConversation implements AutoCloseable {
  /** The server closes connections that are idle for longer than this, so they are left before. */
  private static final long IDLE_NANOS = 1_000_000_000L;

  private final Path socket;
  private final long answerMillis;
  private @Nullable HttpConnection connection;
  private long lastUseNanos;

  ControlConversation(Path socket, long answerMillis) {
    this.socket = socket;
    this.answerMillis = answerMillis;
  }

  /** Reads an object. */
  JsonFields read(String target) {
    JsonElement[] read = new JsonElement[1];
    exchange("GET", target, null, reader -> read[0] = JsonParser.parseReader(reader));
    return JsonFields.of(read[0]);
  }

  /** Reads an array, element by element. */
  void readEach(String target, Consumer<JsonFields> element) {
    exchange(
        "GET",
        target,
        null,
        reader -> {
          reader.beginArray();
          while (reader.hasNext()) {
            element.accept(JsonFields.of(JsonParser.parseReader(reader)));
          }
          reader.endArray();
        });
  }

  /** Reads the body of a good answer. */
  @FunctionalInterface
  interface Body {
    void read(JsonReader reader) throws IOException;
  }

  /** One request and its answer. Refusals are thrown as the director meant them. */
  void exchange(String method, String target, @Nullable String json, Body body) {
    HttpConnection open = open();
    // A connection whose answer has not been read to its end is of no further use.
    connection = null;
    IpvsException refusal;
    try {
      refusal = converse(open, open.exchange(method, target, json), body);
    } catch (IOException | JsonParseException e) {
      throw noAnswer(open, e);
    } catch (IpvsException | IllegalArgumentException | IllegalStateException malformed) {
      throw noAnswer(open, malformed);
    } finally {
      if (connection == null) {
        close(open);
      }
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  /** Reads an answer to its end; returns the refusal if it is one. */
  private @Nullable IpvsException converse(
      HttpConnection open, HttpConnection.Answer answer, Body body) throws IOException {
    Reader text = new InputStreamReader(answer.body(), StandardCharsets.UTF_8);
    JsonReader reader = new JsonReader(text);
    IpvsException refusal = null;
    if (answer.status() == 200) {
      body.read(reader);
    } else {
      refusal = refusal(answer.status(), reader);
    }
    boolean isAtEnd = reader.peek() == JsonToken.END_DOCUMENT;
    if (open.finish() && isAtEnd) {
      connection = open;
      lastUseNanos = System.nanoTime();
    }
    return refusal;
  }

  private DirectorUnavailableException noAnswer(HttpConnection open, Exception e) {
    String problem =
        open.isSilent() ? "silent for " + answerMillis / 1000.0 + " seconds" : e.getMessage();
    return new DirectorUnavailableException(
        "no answer from the director behind " + socket + ": " + problem);
  }

  private HttpConnection open() {
    HttpConnection open = connection;
    if (open != null) {
      if (System.nanoTime() - lastUseNanos < IDLE_NANOS) {
        return open;
      }
      close(open);
    }
    try {
      return HttpConnection.open(socket, answerMillis);
    } catch (IOException e) {
      throw DirectorUnavailableException.of(socket, e);
    }
  }

  private IpvsException refusal(int status, JsonReader reader) {
    JsonFields error = JsonFields.of(JsonParser.parseReader(reader)).object("error");
    String name = error.text("errno");
    String message = error.text("message");
    int position = (int) error.number("position", 0, Integer.MAX_VALUE, 0);
    for (Errno errno : Errno.values()) {
      if (errno.name().equals(name)) {
        return new IpvsException(errno, message).at(position);
      }
    }
    throw new DirectorUnavailableException(
        "the director behind " + socket + " answers " + status + ": " + message);
  }

  private static void close(HttpConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  @Override
  public void close() {
    HttpConnection open = connection;
    connection = null;
    if (open != null) {
      close(open);
    }
  }
}
