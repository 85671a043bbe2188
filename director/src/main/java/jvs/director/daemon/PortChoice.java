package jvs.director.daemon;

import java.util.Arrays;
import java.util.List;
import jvs.port.xdp.XdpMode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --port} says: a kind, and after commas its settings, as in {@code afpacket,rx=v3}.
 * Immutable.
 *
 * @param kind how to reach the interfaces
 * @param receivesBlocks afpacket: whole blocks at a time (rx=v3) instead of frame by frame (rx=v2)
 * @param bypassesQdisc afpacket: sends past traffic control (qdisc=bypass)
 * @param xdpMode afxdp: where the program runs (mode=native, mode=skb)
 */
record PortChoice(Kind kind, boolean receivesBlocks, boolean bypassesQdisc, XdpMode xdpMode) {
  /** How frames are received and sent. */
  enum Kind {
    /** The best that works. */
    auto,
    /** AF_PACKET rings. */
    afpacket,
    /** AF_XDP sockets. */
    afxdp,
    /** libpcap. */
    pcap
  }

  /** AF_PACKET had this name alone once. */
  private static final String OLD_NAME = "packet";

  /** A kind without settings. */
  static PortChoice of(Kind kind) {
    return new PortChoice(kind, false, false, XdpMode.AUTO);
  }

  /**
   * Reads the option.
   *
   * @throws IllegalArgumentException naming the word that is wrong
   */
  static PortChoice parse(String text) {
    List<String> words = Arrays.asList(text.split(",", -1));
    PortChoice choice = of(kind(words.getFirst()));
    for (String setting : words.subList(1, words.size())) {
      choice = choice.with(setting);
    }
    return choice;
  }

  private static Kind kind(String word) {
    for (Kind kind : Kind.values()) {
      if (kind.name().equals(word) || (kind == Kind.afpacket && word.equals(OLD_NAME))) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "'" + word + "', expected one of " + Arrays.toString(Kind.values()));
  }

  private PortChoice with(String setting) {
    return switch (kind + "," + setting) {
      case "afpacket,rx=v2" -> new PortChoice(kind, false, bypassesQdisc, xdpMode);
      case "afpacket,rx=v3" -> new PortChoice(kind, true, bypassesQdisc, xdpMode);
      case "afpacket,qdisc=bypass" -> new PortChoice(kind, receivesBlocks, true, xdpMode);
      case "afxdp,mode=native" -> new PortChoice(kind, false, false, XdpMode.NATIVE);
      case "afxdp,mode=skb" -> new PortChoice(kind, false, false, XdpMode.SKB);
      default -> throw new IllegalArgumentException("'" + setting + "' is no setting of " + kind);
    };
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<PortChoice> {
    @Override
    public PortChoice convert(String value) {
      try {
        return parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(value + ": " + e.getMessage());
      }
    }
  }
}
