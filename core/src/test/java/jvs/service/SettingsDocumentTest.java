package jvs.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jvs.service.IpvsException.Errno;
import org.junit.jupiter.api.Test;

/** docs/settings.md says what the settings are. */
class SettingsDocumentTest {
  private final Sysctls sysctls = new Sysctls(new Settings());

  /** Default, values and effect, by name. */
  private static Map<String, String[]> rows() throws IOException {
    Map<String, String[]> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "settings.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 6 && cells[1].strip().matches("[a-z_]+") && !line.contains("| effect")) {
        rows.put(
            cells[1].strip(), new String[] {cells[2].strip(), cells[3].strip(), cells[4].strip()});
      }
    }
    return rows;
  }

  @Test
  void namesAndDefaultsAreTheTables() throws IOException {
    Map<String, String> described = new TreeMap<>();
    rows().forEach((name, row) -> described.put(Sysctls.PREFIX + name, row[0].replace(' ', '\t')));

    assertEquals(described, new TreeMap<>(sysctls.all()));
  }

  @Test
  void valuesAreTheTables() throws IOException {
    for (Map.Entry<String, String[]> row : rows().entrySet()) {
      String name = row.getKey();
      switch (row.getValue()[1]) {
        case "any" -> takes(name, "-2147483648", "-1", "0", "2147483647");
        case "powers of two" -> {
          takes(name, "1", "2", "64", "128");
          refuses(name, "0", "3", "-2");
        }
        case "threshold below period" -> {
          takes(name, "0\t1", "5\t0", "49\t50");
          refuses(name, "50 50", "-1 5", "5");
        }
        case "processors" -> {
          takes(name, "0", "0-3,5", "");
          refuses(name, "all", "0 1");
        }
        default -> {
          String[] ends = row.getValue()[1].split("\\.\\.", -1);
          takes(name, ends);
          refuses(name, "" + (Integer.parseInt(ends[0]) - 1), "" + (Integer.parseInt(ends[1]) + 1));
        }
      }
      if (!row.getValue()[1].equals("processors")) {
        refuses(name, "x", "", "2147483648", "1.5", "0x10");
      }
    }
  }

  private void takes(String name, String... values) {
    for (String value : values) {
      sysctls.set(name, value);
      assertEquals(value, sysctls.all().get(Sysctls.PREFIX + name), name);
    }
  }

  private void refuses(String name, String... values) {
    for (String value : values) {
      String before = sysctls.all().get(Sysctls.PREFIX + name);
      IpvsException refusal =
          assertThrows(IpvsException.class, () -> sysctls.set(name, value), name + "=" + value);
      assertEquals(Errno.EINVAL, refusal.errno());
      assertEquals(before, sysctls.all().get(Sysctls.PREFIX + name), name);
    }
  }

  /** Those that the issue calls without meaning must not seem to have one, and the reverse. */
  @Test
  void thoseWithoutEffectSaySo() throws IOException {
    List<String> without =
        rows().entrySet().stream()
            .filter(row -> row.getValue()[2].startsWith("none"))
            .map(Map.Entry::getKey)
            .toList();

    for (Map.Entry<String, String[]> row : rows().entrySet()) {
      Settings before = new Settings();
      Settings after = new Settings();
      Sysctls settings = new Sysctls(after);
      for (String value : List.of("2", "0", "3 7")) {
        try {
          settings.set(row.getKey(), value);
        } catch (IpvsException notAmongItsValues) {
          continue;
        }
        if (!values(before).equals(values(after))) {
          break;
        }
      }
      assertEquals(
          without.contains(row.getKey()), values(before).equals(values(after)), row.getKey());
    }
  }

  /** All that the data path reads. */
  private static List<String> values(Settings settings) {
    return Arrays.stream(Settings.class.getFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .map(
            field -> {
              try {
                return field.getName() + "=" + field.get(settings);
              } catch (IllegalAccessException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }
}
