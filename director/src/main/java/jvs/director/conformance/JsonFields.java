package jvs.director.conformance;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The members of a JSON object, each with the type that it must have. */
final class JsonFields {
  private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);
  private static final BigDecimal LONGEST = BigDecimal.valueOf(1_000_000);

  private final JsonObject object;

  private JsonFields(JsonObject object) {
    this.object = object;
  }

  /** The members of {@code element}, which {@code what} names. */
  static JsonFields of(JsonElement element, String what) throws MalformedException {
    if (!(element instanceof JsonObject object)) {
      throw new MalformedException(what + " is " + shown(element) + ", expected an object");
    }
    return new JsonFields(object);
  }

  boolean has(String name) {
    return object.has(name);
  }

  /** A string. */
  String string(String name) throws MalformedException {
    return string(get(name), "'" + name + "'");
  }

  static String string(JsonElement element, String what) throws MalformedException {
    if (!(element instanceof JsonPrimitive primitive && primitive.isString())) {
      throw new MalformedException(what + " is " + shown(element) + ", expected a string");
    }
    return primitive.getAsString();
  }

  /** A string; the given one if it is missing or null. */
  String string(String name, String missing) throws MalformedException {
    return isNull(name) ? missing : string(name);
  }

  /** A string, number or boolean, as text. */
  String scalar(String name) throws MalformedException {
    return scalar(get(name), "'" + name + "'");
  }

  private static String scalar(JsonElement element, String what) throws MalformedException {
    if (!(element instanceof JsonPrimitive primitive)) {
      throw new MalformedException(what + " is " + shown(element) + ", expected a value");
    }
    return primitive.getAsString();
  }

  /** Whether a member is missing or null. */
  boolean isNull(String name) {
    return !object.has(name) || object.get(name) instanceof JsonNull;
  }

  /** An integer in a range. */
  int integer(String name, int from, int to) throws MalformedException {
    return integer(get(name), "'" + name + "'", from, to);
  }

  /** An integer; the given one if it is missing or null. */
  int integer(String name, int from, int to, int missing) throws MalformedException {
    return isNull(name) ? missing : integer(name, from, to);
  }

  static int integer(JsonElement element, String what, int from, int to) throws MalformedException {
    return (int) number(element, what, from, to);
  }

  /** A mark: an unsigned number of 32 bits, not 0. */
  long mark(String name) throws MalformedException {
    return number(get(name), "'" + name + "'", 1, 0xffff_ffffL);
  }

  private static long number(JsonElement element, String what, long from, long to)
      throws MalformedException {
    try {
      if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
        long value = primitive.getAsBigDecimal().longValueExact();
        if (value >= from && value <= to) {
          return value;
        }
      }
    } catch (ArithmeticException | NumberFormatException notAnInteger) {
      // said below
    }
    throw new MalformedException(
        what + " is " + shown(element) + ", expected an integer " + from + ".." + to);
  }

  /** Seconds with decimals, as milliseconds. */
  long seconds(String name) throws MalformedException {
    JsonElement element = get(name);
    try {
      if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
        BigDecimal value = primitive.getAsBigDecimal();
        if (value.signum() >= 0 && value.compareTo(LONGEST) <= 0) {
          return value.multiply(MILLIS).longValue();
        }
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new MalformedException(
        "'" + name + "' is " + shown(element) + ", expected seconds 0.." + LONGEST);
  }

  /** The elements of an array. */
  List<JsonElement> array(String name) throws MalformedException {
    return array(get(name), "'" + name + "'");
  }

  static List<JsonElement> array(JsonElement element, String what) throws MalformedException {
    if (!(element instanceof JsonArray array)) {
      throw new MalformedException(what + " is " + shown(element) + ", expected an array");
    }
    return array.asList();
  }

  /** An object. */
  JsonFields object(String name) throws MalformedException {
    return of(get(name), "'" + name + "'");
  }

  /** All members. */
  List<Map.Entry<String, JsonElement>> entries() {
    return new ArrayList<>(object.entrySet());
  }

  private JsonElement get(String name) throws MalformedException {
    JsonElement element = object.get(name);
    if (element == null) {
      throw new MalformedException("'" + name + "' is missing");
    }
    return element;
  }

  private static String shown(JsonElement element) {
    String text = element.toString();
    return text.length() <= 40 ? text : text.substring(0, 37) + "...";
  }
}
