package jvs.director.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, checked as they are read.
 *
 * <p>Every complaint is an EINVAL that names field, value and expectation.
 */
final class JsonFields {
  private final JsonObject object;
  private final String path;
  private final Set<String> read = new HashSet<>();

  private JsonFields(JsonObject object, String path) {
    this.object = object;
    this.path = path;
  }

  /** The fields of an object that has already been parsed. */
  static JsonFields of(JsonElement element) {
    return of(element, "");
  }

  private static JsonFields of(JsonElement element, String path) {
    if (!element.isJsonObject()) {
      throw invalid(path.isEmpty() ? "body" : path, element, "an object");
    }
    return new JsonFields(element.getAsJsonObject(), path);
  }

  /** Parses a text that must be one JSON object or an array of them and nothing else. */
  static List<JsonFields> parse(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IpvsException(Errno.EINVAL, "body: more than one JSON value");
      }
      if (!(element instanceof JsonArray array) || array.isEmpty()) {
        return List.of(of(element));
      }
      List<JsonFields> objects = new ArrayList<>();
      for (JsonElement each : array) {
        objects.add(of(each, "body[" + objects.size() + "]"));
      }
      return objects;
    } catch (JsonParseException | IOException malformed) {
      throw new IpvsException(Errno.EINVAL, "body: malformed JSON" + place(malformed));
    }
  }

  /** Where the parser stumbled, out of a message that has much else to say. */
  private static String place(Exception malformed) {
    String message = String.valueOf(malformed.getMessage());
    int at = message.indexOf(" at line ");
    int end = message.indexOf(" path ", Math.max(at, 0));
    return at < 0 || end < 0 ? "" : message.substring(at, end);
  }

  /** The names of all fields. */
  Set<String> names() {
    return object.keySet();
  }

  boolean has(String name) {
    return object.has(name);
  }

  /** A required text. */
  String text(String name) {
    return text(name, required(name));
  }

  /** A text, or {@code absent}. */
  String text(String name, String absent) {
    JsonElement element = take(name);
    return element == null ? absent : text(name, element);
  }

  private String text(String name, JsonElement element) {
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isString()) {
      throw invalid(at(name), element, "a text");
    }
    return primitive.getAsString();
  }

  /** A required whole number in a range. */
  long number(String name, long min, long max) {
    return number(name, required(name), min, max);
  }

  /** A whole number in a range, or {@code absent}. */
  long number(String name, long min, long max, long absent) {
    JsonElement element = take(name);
    return element == null ? absent : number(name, element, min, max);
  }

  private long number(String name, JsonElement element, long min, long max) {
    if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
      try {
        long value = Long.parseLong(primitive.getAsString());
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException notWhole) {
        // Refused below.
      }
    }
    throw invalid(at(name), element, "a whole number from " + min + " to " + max);
  }

  /** A truth value, or {@code absent}. */
  boolean truth(String name, boolean absent) {
    JsonElement element = take(name);
    if (element == null) {
      return absent;
    }
    if (!(element instanceof JsonPrimitive primitive) || !primitive.isBoolean()) {
      throw invalid(at(name), element, "true or false");
    }
    return primitive.getAsBoolean();
  }

  /** A required IP address. */
  IpAddress address(String name) {
    return address(name, required(name));
  }

  /** An IP address, or {@code absent}. */
  IpAddress address(String name, IpAddress absent) {
    JsonElement element = take(name);
    return element == null ? absent : address(name, element);
  }

  private IpAddress address(String name, JsonElement element) {
    try {
      return IpAddress.parse(text(name, element));
    } catch (IllegalArgumentException notAnAddress) {
      throw invalid(at(name), element, "an IP address");
    }
  }

  /** The number that a required word stands for. */
  int word(String name, Words words) {
    return word(name, required(name), words);
  }

  /** The number that a word stands for, or {@code absent}. */
  int word(String name, Words words, int absent) {
    JsonElement element = take(name);
    return element == null ? absent : word(name, element, words);
  }

  private int word(String name, JsonElement element, Words words) {
    Integer number = words.numberFor(text(name, element));
    if (number == null) {
      throw invalid(at(name), element, "one of " + words.list());
    }
    return number;
  }

  /** The bits that a list of words stands for; none if it is absent. */
  int bits(String name, Words words) {
    JsonElement element = take(name);
    if (element == null) {
      return 0;
    }
    if (!(element instanceof JsonArray array)) {
      throw invalid(at(name), element, "a list of words");
    }
    int bits = 0;
    for (JsonElement word : array) {
      bits |= word(name, word, words);
    }
    return bits;
  }

  /** A required list of texts. */
  List<String> texts(String name) {
    JsonElement element = required(name);
    if (!(element instanceof JsonArray array)) {
      throw invalid(at(name), element, "a list of texts");
    }
    List<String> texts = new ArrayList<>();
    for (JsonElement text : array) {
      texts.add(text(name, text));
    }
    return texts;
  }

  /** A required object. */
  JsonFields object(String name) {
    return of(required(name), at(name));
  }

  /** An object, or null. */
  @Nullable JsonFields objectIfAny(String name) {
    JsonElement element = take(name);
    return element == null ? null : of(element, at(name));
  }

  /** Refuses fields that nobody has asked for. */
  void end() {
    for (String name : object.keySet()) {
      if (!read.contains(name)) {
        throw new IpvsException(Errno.EINVAL, at(name) + ": unknown field");
      }
    }
  }

  /** A complaint about a field that is there. */
  IpvsException invalid(String name, String expected) {
    return invalid(at(name), required(name), expected);
  }

  private @Nullable JsonElement take(String name) {
    read.add(name);
    return object.get(name);
  }

  private JsonElement required(String name) {
    JsonElement element = take(name);
    if (element == null) {
      throw new IpvsException(Errno.EINVAL, at(name) + ": missing");
    }
    return element;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static IpvsException invalid(String at, JsonElement value, String expected) {
    String text = value.toString();
    String shown = text.length() <= 80 ? text : text.substring(0, 80) + "...";
    return new IpvsException(Errno.EINVAL, at + ": " + shown + ", expected " + expected);
  }
}
