package jvs.director.daemon;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Map;
import jvs.engine.Director;

/** What the control socket tells beside the commands. */
final class Reports {
  private Reports() {}

  /** How all frames ended so far: received, each verdict, each drop reason. */
  static void counters(Director director, JsonWriter out) throws IOException {
    out.beginObject();
    for (Map.Entry<String, Long> counter : director.frameCounters().entrySet()) {
      out.name(counter.getKey()).value(counter.getValue());
    }
    out.endObject();
  }
}
