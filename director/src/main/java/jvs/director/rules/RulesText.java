package jvs.director.rules;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jvs.director.ipvsadm.Ipvsadm;
import jvs.director.ipvsadm.Names;
import jvs.director.mark.MarkException;
import jvs.director.mark.MarkText;
import jvs.director.mark.MarkWords;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.MarkEntry;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.Settings;
import jvs.service.Sysctls;
import jvs.service.Timeouts;
import org.jspecify.annotations.Nullable;

/** Writes the rules of a director as text, and reads them. Control plane. */
public final class RulesText {
  private static final Timeouts DEFAULTS = new Timeouts(900, 120, 300);

  private RulesText() {}

  /** All that makes another director like this one, but its counters and connections. */
  public static String of(IpvsControl control) {
    StringBuilder text = new StringBuilder();
    Map<String, String> defaults = new Sysctls(new Settings()).all();
    control
        .sysctls()
        .forEach(
            (name, value) -> {
              if (!value.equals(defaults.get(name))) {
                text.append("sysctl ").append(name).append('=').append(value).append('\n');
              }
            });
    Timeouts timeouts = control.timeouts();
    if (!timeouts.equals(DEFAULTS)) {
      text.append(
          "--set " + timeouts.tcp() + " " + timeouts.tcpFin() + " " + timeouts.udp() + "\n");
    }
    for (MarkEntry mark : control.marks()) {
      text.append("mark ").append(MarkText.of(mark.rule())).append('\n');
    }
    for (ServiceEntry service : control.services()) {
      ServiceKey key = service.key();
      text.append(
          Ipvsadm.rules(service, control.localAddresses(key), control.servers(key).reversed()));
    }
    return text.toString();
  }

  /**
   * Makes the changes that the lines of a file say; all that is wrong begins with its name.
   *
   * @see #read(String, IpvsControl, Names)
   */
  public static List<String> read(Path file, IpvsControl control, Names names) {
    List<String> problems;
    try {
      problems = read(Files.readString(file), control, names);
    } catch (CharacterCodingException e) {
      problems = List.of("is no text in UTF-8");
    } catch (NoSuchFileException e) {
      problems = List.of("there is no such file");
    } catch (IOException e) {
      problems = List.of("cannot be read: " + e.getMessage());
    }
    return problems.stream().map(problem -> file + ": " + problem).toList();
  }

  /**
   * Makes the changes that the lines of a text say.
   *
   * @param control what is changed; a draft, as lines that are wrong do not end the reading
   * @return what is wrong, one line each that begins with the number of the text's line
   */
  public static List<String> read(String text, IpvsControl control, Names names) {
    List<String> problems = new ArrayList<>();
    control.atomically(
        all -> {
          int number = 0;
          for (String line : text.split("\n", -1)) {
            number++;
            String problem = apply(line.strip(), all, names);
            if (problem != null) {
              problems.add("line " + number + ": " + problem);
            }
          }
        });
    return problems;
  }

  private static @Nullable String apply(String line, IpvsControl control, Names names) {
    if (line.isEmpty() || line.startsWith("#")) {
      return null;
    }
    String[] words = line.split("\\s+", 2);
    String rest = words.length == 1 ? "" : words[1];
    try {
      switch (words[0]) {
        case "mark" -> control.newMark(MarkWords.parse(rest.replaceFirst("^add\\s+", "")));
        case "sysctl" -> setSysctl(rest, control);
        case "ipvsadm" -> {
          return Ipvsadm.change(control, names, rest);
        }
        default -> {
          return line.startsWith("-")
              ? Ipvsadm.change(control, names, line)
              : "'" + words[0] + "', expected options of ipvsadm, mark or sysctl";
        }
      }
      return null;
    } catch (MarkException | IpvsException refused) {
      return refused.getMessage();
    }
  }

  private static void setSysctl(String setting, IpvsControl control) {
    int equals = setting.indexOf('=');
    if (equals < 0) {
      throw new IpvsException(
          IpvsException.Errno.EINVAL, "sysctl '" + setting + "', expected NAME=VALUE");
    }
    control.setSysctl(setting.substring(0, equals).strip(), setting.substring(equals + 1).strip());
  }
}
