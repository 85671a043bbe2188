package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/** Something that can be read as JSON, such as counters; called from any thread. */
@FunctionalInterface
public interface JsonSource {
  /** Writes one JSON value. */
  void writeTo(JsonWriter out) throws IOException;
}
