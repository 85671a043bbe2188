package jvs.director.mark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jvs.director.ipvsadm.Names;
import jvs.service.MarkRule;
import jvs.service.MarkRule.Network;
import jvs.service.MarkRule.PortRange;
import jvs.service.MarkRule.Test;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads a rule for marks in the words of iptables(8): those that follow {@code iptables -t mangle
 * -A PREROUTING}, which may be said too. One rule an object, one thread.
 */
public final class MarkWords {
  private static final Set<String> MATCHES =
      Set.of("tcp", "udp", "sctp", "multiport", "mac", "comment");
  private static final int MULTIPORTS = 15;

  private final List<String> words;
  private int next;
  private int family;
  private boolean isNegated;
  private @Nullable Test<Network> source;
  private @Nullable Test<Network> destination;
  private @Nullable Test<String> input;
  private @Nullable Test<Integer> protocol;
  private @Nullable Test<List<PortRange>> sourcePorts;
  private @Nullable Test<List<PortRange>> destinationPorts;
  private @Nullable Test<Long> mac;
  private long value;
  private long mask;
  private boolean isMarking;

  private MarkWords(List<String> words, int family) {
    this.words = words;
    this.family = family;
  }

  /** Reads a line of words, which quotes may hold together. */
  public static MarkRule parse(String line) throws MarkException {
    return parse(ShellWords.split(line), 0);
  }

  /**
   * Reads words.
   *
   * @param family what rules without an address are for; 0 for IPv4 unless the words say -6
   */
  static MarkRule parse(List<String> words, int family) throws MarkException {
    MarkWords reader = new MarkWords(words, family);
    while (reader.next < words.size()) {
      reader.take(words.get(reader.next++));
    }
    return reader.rule();
  }

  private void take(String option) throws MarkException {
    switch (option) {
      case "!" -> {
        isNegated = true;
        return;
      }
      case "-4", "--ipv4" -> family = IpAddress.IPV4;
      case "-6", "--ipv6" -> family = IpAddress.IPV6;
      case "-t", "--table" -> expect(option, "mangle");
      case "-A", "--append", "-D", "--delete" -> expect(option, "PREROUTING");
      case "-s", "--source", "--src" -> source = once(source, option, network(argument(option)));
      case "-d", "--destination", "--dst" ->
          destination = once(destination, option, network(argument(option)));
      case "-i", "--in-interface" -> input = once(input, option, argument(option));
      case "-p", "--protocol", "--proto" -> takeProtocol(option);
      case "-m", "--match" -> takeMatch(option);
      case "--comment" -> argument(option);
      case "--sport", "--source-port" ->
          sourcePorts = once(sourcePorts, option, List.of(range(argument(option))));
      case "--dport", "--destination-port" ->
          destinationPorts = once(destinationPorts, option, List.of(range(argument(option))));
      case "--sports", "--source-ports" ->
          sourcePorts = once(sourcePorts, option, ranges(argument(option)));
      case "--dports", "--destination-ports" ->
          destinationPorts = once(destinationPorts, option, ranges(argument(option)));
      case "--mac-source" -> mac = once(mac, option, mac(argument(option)));
      case "-j", "--jump" -> expect(option, "MARK");
      case "--set-mark", "--set-xmark", "--and-mark", "--or-mark", "--xor-mark" -> takeMark(option);
      default -> throw new MarkException("'" + option + "' cannot be honoured");
    }
    if (isNegated) {
      throw new MarkException("'!' before '" + option + "', which cannot be negated");
    }
  }

  private String argument(String option) throws MarkException {
    if (next < words.size() && words.get(next).equals("!")) {
      isNegated = true; // iptables' old order
      next++;
    }
    if (next == words.size()) {
      throw new MarkException("'" + option + "' needs a value");
    }
    return words.get(next++);
  }

  private void expect(String option, String only) throws MarkException {
    String word = argument(option);
    if (!word.equals(only)) {
      throw new MarkException("'" + option + " " + word + "' cannot be honoured, expected " + only);
    }
  }

  private <T> Test<T> once(@Nullable Test<T> before, String option, T value) throws MarkException {
    if (before != null) {
      throw new MarkException("'" + option + "' is given twice");
    }
    Test<T> test = new Test<>(value, isNegated);
    isNegated = false;
    return test;
  }

  private static Network network(String text) throws MarkException {
    int slash = text.indexOf('/');
    try {
      IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
      int full = address.isV4() ? 32 : 128;
      int length = slash < 0 ? full : prefixLength(text.substring(slash + 1), address.isV4());
      return new Network(address, length);
    } catch (IllegalArgumentException e) {
      throw new MarkException("'" + text + "', expected one address or ADDRESS/LENGTH");
    }
  }

  /** A number, or an IPv4 mask of leading ones. */
  private static int prefixLength(String text, boolean isV4) {
    if (!isV4 || text.indexOf('.') < 0) {
      return Integer.parseInt(text);
    }
    int bits = IpAddress.parse(text).v4();
    int length = Integer.bitCount(bits);
    if (length != Integer.numberOfLeadingZeros(~bits)) {
      throw new IllegalArgumentException("mask with gaps");
    }
    return length;
  }

  private void takeProtocol(String option) throws MarkException {
    String name = argument(option);
    int number =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "tcp" -> ServiceKey.TCP;
          case "udp" -> ServiceKey.UDP;
          case "sctp" -> ServiceKey.SCTP;
          case "icmp" -> 1;
          case "icmpv6", "ipv6-icmp" -> 58;
          case "all" -> 0;
          default -> (int) number(name, 0, 255);
        };
    if (number != 0 || isNegated) {
      protocol = once(protocol, option, number);
    }
  }

  private void takeMatch(String option) throws MarkException {
    String name = argument(option);
    if (!MATCHES.contains(name)) {
      throw new MarkException("'" + option + " " + name + "' cannot be honoured");
    }
  }

  private List<PortRange> ranges(String text) throws MarkException {
    List<PortRange> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      ranges.add(range(part));
    }
    if (ranges.size() > MULTIPORTS) {
      throw new MarkException("more than " + MULTIPORTS + " ports in '" + text + "'");
    }
    return ranges;
  }

  private PortRange range(String text) throws MarkException {
    int colon = text.indexOf(':');
    String first = colon < 0 ? text : text.substring(0, colon);
    String last = colon < 0 ? text : text.substring(colon + 1);
    int from = colon >= 0 && first.isEmpty() ? 0 : port(first);
    int to = colon >= 0 && last.isEmpty() ? 65535 : port(last);
    if (from > to) {
      throw new MarkException("ports '" + text + "', expected the lower first");
    }
    return new PortRange(from, to);
  }

  /** A number, or a name of /etc/services. */
  private int port(String text) throws MarkException {
    if (protocol != null && !text.isEmpty() && Character.isLetter(text.charAt(0))) {
      int port = Names.system().portOf(protocol.value(), text);
      if (port >= 0) {
        return port;
      }
    }
    return (int) number(text, 0, 65535);
  }

  private static long mac(String text) throws MarkException {
    if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
      throw new MarkException("'" + text + "', expected six octets such as 02:00:00:00:00:01");
    }
    return Long.parseLong(text.replace(":", ""), 16);
  }

  private void takeMark(String option) throws MarkException {
    if (isMarking) {
      throw new MarkException("'" + option + "': the mark is set already");
    }
    isMarking = true;
    String text = argument(option);
    int slash = option.startsWith("--set") ? text.indexOf('/') : -1;
    long number = bits(slash < 0 ? text : text.substring(0, slash));
    long bits = slash < 0 ? MarkRule.ALL_BITS : bits(text.substring(slash + 1));
    value = option.equals("--and-mark") ? 0 : number;
    mask =
        switch (option) {
          case "--set-xmark" -> bits;
          case "--set-mark" -> bits | number;
          case "--and-mark" -> ~number & MarkRule.ALL_BITS;
          case "--or-mark" -> number;
          default -> 0;
        };
  }

  private static long bits(String text) throws MarkException {
    try {
      long bits = Long.decode(text);
      if (bits >= 0 && bits <= MarkRule.ALL_BITS) {
        return bits;
      }
    } catch (NumberFormatException notOne) {
      // said below
    }
    throw new MarkException("mark '" + text + "', expected 0 to 0xffffffff");
  }

  private static long number(String text, long least, long most) throws MarkException {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notOne) {
      // said below
    }
    throw new MarkException("'" + text + "', expected " + least + " to " + most);
  }

  private MarkRule rule() throws MarkException {
    if (!isMarking) {
      throw new MarkException("no mark is set: --set-mark is missing");
    }
    int own = family;
    for (Test<Network> test : Arrays.asList(source, destination)) {
      own = own != 0 || test == null ? own : test.value().address().family();
    }
    try {
      return new MarkRule(
          own == 0 ? IpAddress.IPV4 : own,
          source,
          destination,
          input,
          protocol,
          sourcePorts,
          destinationPorts,
          mac,
          value,
          mask);
    } catch (IllegalArgumentException e) {
      throw new MarkException(String.valueOf(e.getMessage()));
    }
  }
}
