package jvs.director.conformance;

import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import jvs.director.conformance.Step.Emitted;
import jvs.director.mark.MarkException;
import jvs.director.mark.ShellWords;
import jvs.service.MarkRule;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/** Reads steps. */
final class StepReader {
  private static final Map<String, Integer> PROTOCOLS =
      Map.of("TCP", 6, "UDP", 17, "SCTP", 132, "tcp", 6, "udp", 17, "sctp", 132, "all", 0);

  private static final String NOT_PLAIN = "|&;<>()$`\\*?#~";

  private StepReader() {}

  /** A line of a transcript. */
  static Step.Command transcript(JsonFields line) throws MalformedException {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(line.string("cmd"), " ");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    if (words.isEmpty()) {
      throw new MalformedException("'cmd' is empty, expected a command");
    }
    return command(words.getFirst(), words.subList(1, words.size()), line);
  }

  /** As a shell parts them; what it would do beyond that is refused. */
  private static List<String> words(String line) throws MalformedException {
    for (int i = 0; i < line.length(); i++) {
      if (NOT_PLAIN.indexOf(line.charAt(i)) >= 0) {
        throw new MalformedException("'" + line + "', expected plain words");
      }
    }
    try {
      return ShellWords.split(line);
    } catch (MarkException e) {
      throw new MalformedException("'" + line + "': " + e.getMessage());
    }
  }

  private static Step.Command command(String program, List<String> arguments, JsonFields fields)
      throws MalformedException {
    return new Step.Command(
        program,
        List.copyOf(arguments),
        fields.string("stdin", ""),
        fields.string("stdout"),
        fields.string("stderr"),
        fields.integer("status", 0, 255));
  }

  /** A step of a case. */
  static Step step(JsonFields fields) throws MalformedException {
    String op = fields.string("op");
    return switch (op) {
      case "ipvsadm" -> command("ipvsadm", words(fields.string("args")), fields);
      case "sysctl" -> new Step.Sysctl(fields.string("name"), fields.scalar("value"));
      case "mark" -> new Step.Mark(rule(fields));
      case "send" ->
          new Step.Send(
              side(fields),
              frame(fields),
              fields.string("note", "").strip(),
              fields.seconds("t"),
              emitted(fields));
      case "conns" -> new Step.Connections(connectionRows(fields), fields.seconds("t"));
      case "dests" -> new Step.Servers(serverRows(fields));
      case "sleep" -> new Step.Sleep(fields.seconds("seconds"), emitted(fields));
      case "proc" -> new Step.Proc(fields.string("path"), fields.string("text"));
      case "sysctls" -> new Step.Sysctls(values(fields.object("values")));
      case "repeat" ->
          new Step.Repeat(side(fields), frame(fields), fields.integer("times", 0, 10_000_000));
      case "note" -> new Step.Note(fields.seconds("t"));
      case "new", "est", "fin", "rst" -> flow(op, fields);
      default -> new Step.Unknown(op);
    };
  }

  private static Side side(JsonFields fields) throws MalformedException {
    String text = fields.string("side");
    for (Side side : Side.values()) {
      if (side.label().equals(text)) {
        return side;
      }
    }
    throw new MalformedException("'side' is '" + text + "', expected client or server");
  }

  private static Frame frame(JsonFields fields) throws MalformedException {
    return Frame.parse(fields.string("frame"));
  }

  private static List<Emitted> emitted(JsonFields fields) throws MalformedException {
    List<Emitted> emitted = new ArrayList<>();
    for (JsonElement element : fields.array("out")) {
      JsonFields one = JsonFields.of(element, "an element of 'out'");
      emitted.add(new Emitted(side(one), frame(one)));
    }
    return List.copyOf(emitted);
  }

  private static int protocol(String name) throws MalformedException {
    Integer number = PROTOCOLS.get(name);
    if (number == null) {
      throw new MalformedException("'proto' is '" + name + "', expected TCP, UDP or SCTP");
    }
    return number;
  }

  private static MarkRule rule(JsonFields fields) throws MalformedException {
    String network = fields.string("dst");
    int slash = network.indexOf('/');
    try {
      IpAddress address = IpAddress.parse(slash < 0 ? network : network.substring(0, slash));
      int full = address.isV4() ? 32 : 128;
      int length = slash < 0 ? full : Integer.parseInt(network.substring(slash + 1));
      int protocol = protocol(fields.string("proto"));
      int port = fields.integer("dport", 1, 65535, 0);
      return new MarkRule(
          address.family(),
          null,
          is(new MarkRule.Network(address, length)),
          null,
          protocol == 0 ? null : is(protocol),
          null,
          port == 0 ? null : is(List.of(new MarkRule.PortRange(port, port))),
          null,
          fields.mark("mark"),
          MarkRule.ALL_BITS);
    } catch (IllegalArgumentException notOne) {
      throw new MalformedException("'dst' is '" + network + "', expected ADDRESS[/LENGTH]");
    }
  }

  private static <T> MarkRule.Test<T> is(T value) {
    return new MarkRule.Test<>(value, false);
  }

  private static List<ConnectionRow> connectionRows(JsonFields fields) throws MalformedException {
    List<ConnectionRow> rows = new ArrayList<>();
    for (JsonElement element : fields.array("rows")) {
      JsonFields row = JsonFields.of(element, "a row");
      rows.add(
          new ConnectionRow(
              row.string("proto"),
              Endpoint.parse(row.string("client")),
              Endpoint.parse(row.string("virtual")),
              Endpoint.parse(row.string("dest")),
              row.string("state"),
              row.integer("expires", 0, Integer.MAX_VALUE),
              row.string("pe", "")));
    }
    return List.copyOf(rows);
  }

  private static List<ServerRow> serverRows(JsonFields fields) throws MalformedException {
    List<ServerRow> rows = new ArrayList<>();
    for (JsonElement element : fields.array("rows")) {
      List<JsonElement> row = JsonFields.array(element, "a row");
      if (row.size() != 6) {
        throw new MalformedException(
            "a row has "
                + row.size()
                + " elements, expected [service, dest, method, weight, active, inactive]");
      }
      rows.add(
          new ServerRow(
              JsonFields.string(row.get(0), "the service"),
              Endpoint.parse(JsonFields.string(row.get(1), "the dest")),
              JsonFields.string(row.get(2), "the method"),
              count(row.get(3)),
              count(row.get(4)),
              count(row.get(5))));
    }
    return List.copyOf(rows);
  }

  private static int count(JsonElement element) throws MalformedException {
    return JsonFields.integer(element, "a count", 0, Integer.MAX_VALUE);
  }

  private static Map<String, String> values(JsonFields fields) throws MalformedException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : fields.entries()) {
      values.put(entry.getKey(), fields.scalar(entry.getKey()));
    }
    return values;
  }

  private static Step.Flow flow(String op, JsonFields fields) throws MalformedException {
    int protocol = protocol(fields.string("proto"));
    if (protocol != TcpHeader.PROTOCOL && protocol != UdpHeader.PROTOCOL) {
      throw new MalformedException("'proto' of a flow, expected TCP or UDP");
    }
    return new Step.Flow(
        op,
        protocol,
        Endpoint.parse(fields.string("client")),
        Endpoint.parse(fields.string("virtual")),
        fields.isNull("dest") ? null : Endpoint.parse(fields.string("dest")),
        counts(fields));
  }

  private static @Nullable Map<Endpoint, List<Integer>> counts(JsonFields fields)
      throws MalformedException {
    if (fields.isNull("counts")) {
      return null;
    }
    Map<Endpoint, List<Integer>> counts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : fields.object("counts").entries()) {
      List<JsonElement> row = JsonFields.array(entry.getValue(), "a server's counts");
      if (row.size() != 3) {
        throw new MalformedException(
            row.size() + " counts of a server, expected [weight, active, inactive]");
      }
      counts.put(
          Endpoint.parse(entry.getKey()),
          List.of(count(row.get(0)), count(row.get(1)), count(row.get(2))));
    }
    return counts;
  }
}
