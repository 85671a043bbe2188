package jvs.director.conformance;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import jvs.director.conformance.RecordedCase.Environment;

/**
 * Reads recordings: JSON lines, compressed or not. A line with steps is a case; a file of commands
 * is one case as a whole.
 *
 * <p>Mistakes are collected, so that all of them are told at once. One thread.
 */
final class RecordingReader {
  private static final String TRANSCRIPTS = "transcripts";
  private static final int GZIP = 0x1f8b;

  private final TypeAdapter<JsonElement> json = new Gson().getAdapter(JsonElement.class);
  private final List<RecordedCase> cases = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();

  /** The cases read so far. */
  List<RecordedCase> cases() {
    return cases;
  }

  /** What was wrong, as {@code file:line: ...}. */
  List<String> errors() {
    return errors;
  }

  /** Reads a file, or all recordings below a folder. */
  void read(Path given) {
    try {
      if (Files.isDirectory(given)) {
        try (Stream<Path> below = Files.walk(given)) {
          below.filter(RecordingReader::isRecording).sorted().forEach(this::readFile);
        }
      } else {
        readFile(given);
      }
    } catch (IOException | UncheckedIOException e) {
      errors.add(given + ": cannot be read: " + e);
    }
  }

  private static boolean isRecording(Path file) {
    String name = file.toString();
    return (name.endsWith(".jsonl") || name.endsWith(".jsonl.gz")) && Files.isRegularFile(file);
  }

  private void readFile(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      read(file.toString(), in);
    } catch (IOException e) {
      errors.add(file + ": cannot be read: " + e);
    }
  }

  /** Reads one recording. */
  void read(String name, InputStream in) throws IOException {
    List<Step> transcript = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(unpacked(in), StandardCharsets.UTF_8))) {
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        try {
          if (!line.isBlank()) {
            readLine(name, number, line, transcript);
          }
        } catch (MalformedException e) {
          errors.add(name + ":" + number + ": " + e.getMessage());
        }
        number++;
      }
    }
    if (!transcript.isEmpty()) {
      cases.add(
          new RecordedCase(
              name, 1, TRANSCRIPTS, baseName(name), Environment.DEFAULT, false, transcript));
    }
  }

  private static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    int magic = buffered.read() << 8 | buffered.read();
    buffered.reset();
    return magic == GZIP ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  /** The file's name without folder and extensions. */
  private static String baseName(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    int dot = name.indexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  private void readLine(String file, int number, String text, List<Step> transcript)
      throws MalformedException {
    JsonFields line = JsonFields.of(parse(text), "the line");
    if (line.has("cmd")) {
      transcript.add(StepReader.transcript(line));
    } else if (line.has("steps")) {
      cases.add(recordedCase(file, number, line));
    } else {
      throw new MalformedException("neither 'steps' nor 'cmd', expected a case or a command");
    }
  }

  private JsonElement parse(String text) throws MalformedException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement element = json.read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedException("more behind the object, expected one object a line");
      }
      return element;
    } catch (IOException | JsonParseException e) {
      throw new MalformedException("no JSON: " + firstLine(String.valueOf(e.getMessage())));
    }
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static RecordedCase recordedCase(String file, int number, JsonFields line)
      throws MalformedException {
    String name = line.string("case");
    List<Step> steps = new ArrayList<>();
    for (JsonElement element : line.array("steps")) {
      int step = steps.size() + 1;
      try {
        steps.add(StepReader.step(JsonFields.of(element, "the step")));
      } catch (MalformedException e) {
        throw new MalformedException("case " + name + ", step " + step + ": " + e.getMessage());
      }
    }
    JsonFields environment = line.object("env");
    return new RecordedCase(
        file,
        number,
        line.string("group"),
        name,
        new Environment(mtu(environment, "mtu_client_side"), mtu(environment, "mtu_server_side")),
        line.string("fwd", "nat").equals("nat"),
        steps);
  }

  private static int mtu(JsonFields environment, String name) throws MalformedException {
    return environment.integer(name, 68, 65535, 1500);
  }
}
