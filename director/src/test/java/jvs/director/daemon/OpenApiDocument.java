package jvs.director.daemon;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/**
 * docs/openapi.yaml, and whether values are as its schemas say. Stricter than JSON Schema: a field
 * that the schema does not name is wrong.
 */
final class OpenApiDocument {
  private static final String REFERENCE = "$ref";

  private final Map<String, Object> root;
  private final Set<String> seen = new TreeSet<>();

  OpenApiDocument() {
    try {
      root = new Yaml().load(Files.readString(Path.of("..", "docs", "openapi.yaml")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // what YAML reads
  private static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }

  /** A node by its keys. */
  Map<String, Object> at(String... keys) {
    Map<String, Object> node = root;
    for (String key : keys) {
      node = map(node.get(key));
      if (node == null) {
        throw new AssertionError("no " + key + " of " + String.join(", ", keys));
      }
    }
    return node;
  }

  /** The schema of what is answered with a status. */
  Map<String, Object> answer(String path, String method, String status) {
    Map<String, Object> response = resolve(at("paths", path, method, "responses", status));
    return map(map(map(response.get("content")).get("application/json")).get("schema"));
  }

  private Map<String, Object> resolve(Map<String, Object> node) {
    return node.get(REFERENCE) instanceof String reference
        ? resolve(at(reference.substring("#/".length()).split("/", -1)))
        : node;
  }

  /** Fields of named schemas that values had, as {@code Schema.field}. */
  Set<String> seen() {
    return seen;
  }

  /** All fields of a named schema, as {@code Schema.field}. */
  Set<String> fields(String schema) {
    Set<String> fields = new TreeSet<>();
    collect(at("components", "schemas", schema), schema, fields);
    return fields;
  }

  private static void collect(Map<String, Object> schema, String name, Set<String> fields) {
    if (schema.get("properties") != null) {
      map(schema.get("properties")).keySet().forEach(field -> fields.add(name + "." + field));
    }
    if (schema.get("oneOf") instanceof List<?> choices) {
      choices.forEach(choice -> collect(map(choice), name, fields));
    }
  }

  /** What is wrong with a value; {@code where} says which it is. */
  List<String> problems(Map<String, Object> schema, JsonElement value, String where) {
    List<String> problems = new ArrayList<>();
    check(schema, value, where, "", problems);
    return problems;
  }

  private void check(
      Map<String, Object> schema,
      JsonElement value,
      String where,
      String name,
      List<String> problems) {
    if (schema.get(REFERENCE) instanceof String reference) {
      String target = reference.substring(reference.lastIndexOf('/') + 1);
      check(resolve(schema), value, where, target, problems);
      return;
    }
    if (schema.get("oneOf") instanceof List<?> choices) {
      checkOneOf(choices, value, where, name, problems);
      return;
    }
    if (schema.containsKey("const") && !value.getAsString().equals("" + schema.get("const"))) {
      problems.add(where + ": " + value + " is not " + schema.get("const"));
    }
    if (schema.get("enum") instanceof List<?> words && !words.contains(value.getAsString())) {
      problems.add(where + ": " + value + " is none of " + words);
    }
    if (schema.get("type") != null && !isOfType(schema.get("type"), value)) {
      problems.add(where + ": " + value + " is no " + schema.get("type"));
      return;
    }
    checkRange(schema, value, where, problems);
    if (value.isJsonObject()) {
      checkFields(schema, value.getAsJsonObject(), where, name, problems);
    }
    if (value.isJsonArray() && schema.get("items") != null) {
      for (int i = 0; i < value.getAsJsonArray().size(); i++) {
        JsonElement item = value.getAsJsonArray().get(i);
        check(map(schema.get("items")), item, where + "[" + i + "]", name, problems);
      }
    }
  }

  private void checkOneOf(
      List<?> choices, JsonElement value, String where, String name, List<String> problems) {
    List<String> all = new ArrayList<>();
    for (Object choice : choices) {
      List<String> wrong = new ArrayList<>();
      check(map(choice), value, where, name, wrong);
      if (wrong.isEmpty()) {
        return;
      }
      all.addAll(wrong);
    }
    problems.addAll(all);
  }

  private static boolean isOfType(Object type, JsonElement value) {
    if (type instanceof List<?> types) {
      return types.stream().anyMatch(each -> isOfType(each, value));
    }
    return switch ((String) type) {
      case "object" -> value.isJsonObject();
      case "array" -> value.isJsonArray();
      case "string" -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isString();
      case "boolean" -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean();
      case "integer" -> value.isJsonPrimitive() && value.toString().matches("-?\\d+");
      default -> throw new AssertionError("type " + type);
    };
  }

  private static void checkRange(
      Map<String, Object> schema, JsonElement value, String where, List<String> problems) {
    if (schema.get("minimum") instanceof Number least && value.getAsLong() < least.longValue()
        || schema.get("maximum") instanceof Number most && value.getAsLong() > most.longValue()) {
      problems.add(where + ": " + value + " is out of range");
    }
  }

  private void checkFields(
      Map<String, Object> schema,
      JsonObject value,
      String where,
      String name,
      List<String> problems) {
    Map<String, Object> properties =
        schema.get("properties") == null ? Map.of() : map(schema.get("properties"));
    if (schema.get("required") instanceof List<?> required) {
      for (Object field : required) {
        if (!value.has((String) field)) {
          problems.add(where + "." + field + ": missing");
        }
      }
    }
    value
        .entrySet()
        .forEach(
            field -> {
              Object known = properties.get(field.getKey());
              Object any = schema.get("additionalProperties");
              String there = where + "." + field.getKey();
              if (known != null) {
                seen.add(name + "." + field.getKey());
                check(map(known), field.getValue(), there, name, problems);
              } else if (any instanceof Map) {
                check(map(any), field.getValue(), there, name, problems);
              } else {
                problems.add(there + ": not in the document");
              }
            });
  }
}
