package jvs.director.kernel;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jvs.service.MarkRules;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * What the sets of {@link NftGuard}'s table hold, and rules in nft's words. Elements of sets of
 * addresses have no protocol. Immutable.
 */
record GuardContents(Map<String, Set<Endpoint>> sets, List<String> marks) {
  /** Sets of what packets quote, whose elements nft takes as plain numbers. */
  private static final String RAW = "asked";

  static final GuardContents NOTHING = new GuardContents(Map.of(), List.of());

  static GuardContents of(Guarded guarded, MarkRules marks) {
    Map<String, Set<Endpoint>> sets = new TreeMap<>();
    addEnds(sets, "services", guarded.services());
    addEnds(sets, "servers", guarded.servers());
    addEnds(sets, RAW, guarded.servers());
    guarded.servers().forEach(end -> addAddresses(sets, "nat", Set.of(end.address())));
    addEnds(sets, "fullnat", guarded.fullNatServers());
    addAddresses(sets, "vips", guarded.ownVips());
    addAddresses(sets, "locals", guarded.localAddresses());
    addAddresses(sets, "data", guarded.dataVips());
    addPorts(sets, "alone", guarded.alone().services());
    addPorts(sets, "alone_servers", guarded.alone().servers());
    addAddresses(sets, "hosts", guarded.alone().hostAddresses());
    return new GuardContents(sets, MarkChain.rules(marks));
  }

  private static void addEnds(
      Map<String, Set<Endpoint>> sets, String name, Set<Endpoint> endpoints) {
    for (Endpoint end : endpoints) {
      String set = name + family(end.address()) + (end.port() == 0 ? "_any_port" : "");
      add(sets, set, end);
    }
  }

  /** Only what has a port: the rest has no rule of its own. */
  private static void addPorts(
      Map<String, Set<Endpoint>> sets, String name, Set<Endpoint> endpoints) {
    addEnds(sets, name, endpoints.stream().filter(e -> e.port() != 0).collect(Collectors.toSet()));
  }

  private static void addAddresses(
      Map<String, Set<Endpoint>> sets, String name, Set<IpAddress> addresses) {
    for (IpAddress address : addresses) {
      add(sets, name + family(address), new Endpoint(address, 0, 0));
    }
  }

  private static void add(Map<String, Set<Endpoint>> sets, String set, Endpoint element) {
    sets.computeIfAbsent(set, unused -> new HashSet<>()).add(element);
  }

  private static String family(IpAddress address) {
    return address.isV4() ? "4" : "6";
  }

  /** The elements that another's sets have not. */
  Map<String, List<Endpoint>> without(GuardContents other) {
    Map<String, List<Endpoint>> more = new TreeMap<>();
    sets.forEach(
        (set, elements) -> {
          Set<Endpoint> there = other.sets.getOrDefault(set, Set.of());
          List<Endpoint> mine = elements.stream().filter(e -> !there.contains(e)).toList();
          if (!mine.isEmpty()) {
            more.put(set, mine);
          }
        });
    return more;
  }

  /** The commands that make another's contents these. */
  String since(GuardContents before) {
    StringBuilder script = new StringBuilder();
    script.append(elements("delete", before.without(this)));
    script.append(elements("add", without(before)));
    if (!marks.equals(before.marks)) {
      script.append("flush chain " + NftGuard.TABLE + " marks\n");
      marks.forEach(rule -> script.append("add rule " + NftGuard.TABLE + " marks " + rule + '\n'));
    }
    return script.toString();
  }

  private static String elements(String command, Map<String, List<Endpoint>> sets) {
    StringBuilder script = new StringBuilder();
    sets.forEach(
        (set, elements) -> {
          String words =
              elements.stream().map(e -> words(set, e)).collect(Collectors.joining(", "));
          script.append(
              command + " element " + NftGuard.TABLE + ' ' + set + " { " + words + " }\n");
        });
    return script.toString();
  }

  private static String words(String set, Endpoint element) {
    IpAddress address = element.address();
    boolean isRaw = set.startsWith(RAW);
    return (isRaw ? "0x" + HexFormat.of().formatHex(address.octets()) : address)
        + (element.protocol() == 0 ? "" : " . " + element.protocol())
        + (element.port() == 0 ? "" : " . " + element.port());
  }
}
