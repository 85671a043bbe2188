package jvs.director.daemon;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import jvs.director.control.JsonSource;
import jvs.engine.Director;
import jvs.engine.FailedFrame;

/** What the control socket tells beside the commands. */
final class Reports {
  private Reports() {}

  /** What can be read, by path. */
  static Map<String, JsonSource> sources(Director director) {
    return Map.of(
        "/counters", out -> counters(director, out),
        "/frames/failed", out -> failedFrames(director, out));
  }

  /** What can be done, by path. */
  static Map<String, JsonSource> actions(LastingRules rules) {
    return Map.of("/reload", out -> reload(rules, out));
  }

  /** Reads the rules anew; what is wrong in them is a refusal. */
  private static void reload(LastingRules rules, JsonWriter out) throws IOException {
    rules.reload();
    out.beginObject().name("reloaded").value(true).endObject();
  }

  /**
   * How all frames ended so far: received, each verdict, each drop reason; what ports lost; and the
   * sync daemons.
   */
  private static void counters(Director director, JsonWriter out) throws IOException {
    out.beginObject();
    for (Map<String, Long> some :
        List.of(director.frameCounters(), director.portCounters(), director.sync().counts())) {
      for (Map.Entry<String, Long> counter : some.entrySet()) {
        out.name(counter.getKey()).value(counter.getValue());
      }
    }
    out.endObject();
  }

  /** The last frames that ended as internal_error. */
  private static void failedFrames(Director director, JsonWriter out) throws IOException {
    out.beginArray();
    for (FailedFrame frame : director.failedFrames()) {
      out.beginObject();
      out.name("timestampMicros").value(frame.timestampMicros());
      out.name("length").value(frame.length());
      out.name("octets").value(HexFormat.of().formatHex(frame.octets()));
      out.endObject();
    }
    out.endArray();
  }
}
