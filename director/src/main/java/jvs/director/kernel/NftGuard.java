package jvs.director.kernel;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jvs.linux.LinuxException;
import jvs.service.MarkRules;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this host's own stack from the packets that the director balances: an nftables table named
 * {@code netdev jvs} on the ingress of the director's interfaces.
 *
 * <pre>
 * wire ─► packet sockets (the director) ─► this table ─► the host's stack
 *                                            drops: to (VIP, protocol, port) of a service, while
 *                                                   the VIP is this host's
 *                                                   to a VIP that is the director's alone
 *                                                   with the mark of a service
 *                                                   from (server, protocol, port), unless to us
 *                                                   what a {@link GuardSignal} said, while it flows
 *                                                   from a FULLNAT server to a connection's port
 * </pre>
 *
 * <p>Else the host would answer with resets, or forward a second time. Everything else passes: ssh,
 * ping of a VIP, the director's own connections to the servers, servers that use this host as their
 * router. The kernel took VLAN tags out of the packet by then, so tagged packets match too. Of a
 * fragmented packet only the first fragment has ports and is dropped; the host cannot do anything
 * with the rest.
 *
 * <p>The marks that it gives meanwhile are 0 again when a packet goes on; so is one that a tc
 * filter has given before.
 *
 * <p>Each change is one transaction of what has changed. Whatever a killed director left behind is
 * replaced. One thread, in the director's network namespace. Needs {@code nft} of nftables,
 * CAP_NET_ADMIN and a kernel with CONFIG_NF_TABLES_NETDEV and CONFIG_NFT_FIB_NETDEV.
 */
public final class NftGuard implements AutoCloseable {
  private static final String TABLE = "netdev jvs";
  private static final List<String> ENDS = List.of("services", "servers", "fullnat");
  private static final List<String> ADDRESSES = List.of("vips", "locals", "data");

  /** Longer than any connection lives without packets. */
  private static final String IDLE = "20m";

  /** Elements by set, and rules in nft's words. Those of sets of addresses have no protocol. */
  private record Contents(Map<String, Set<Endpoint>> sets, List<String> marks) {
    static final Contents NOTHING = new Contents(Map.of(), List.of());

    static Contents of(Guarded guarded, MarkRules marks) {
      Map<String, Set<Endpoint>> sets = new TreeMap<>();
      addEnds(sets, "services", guarded.services());
      addEnds(sets, "servers", guarded.servers());
      addEnds(sets, "fullnat", guarded.fullNatServers());
      addAddresses(sets, "vips", guarded.ownVips());
      addAddresses(sets, "locals", guarded.localAddresses());
      addAddresses(sets, "data", guarded.dataVips());
      return new Contents(sets, MarkChain.rules(marks));
    }

    private static void addEnds(
        Map<String, Set<Endpoint>> sets, String name, Set<Endpoint> endpoints) {
      for (Endpoint end : endpoints) {
        String set = name + family(end.address()) + (end.port() == 0 ? "_any_port" : "");
        add(sets, set, end);
      }
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
    Map<String, List<Endpoint>> without(Contents other) {
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
    String since(Contents before) {
      StringBuilder script = new StringBuilder();
      script.append(elements("delete", before.without(this)));
      script.append(elements("add", without(before)));
      if (!marks.equals(before.marks)) {
        script.append("flush chain " + TABLE + " marks\n");
        marks.forEach(rule -> script.append("add rule " + TABLE + " marks " + rule + '\n'));
      }
      return script.toString();
    }

    private static String elements(String command, Map<String, List<Endpoint>> sets) {
      StringBuilder script = new StringBuilder();
      sets.forEach(
          (set, elements) -> {
            String words = elements.stream().map(Contents::words).collect(Collectors.joining(", "));
            script.append(command + " element " + TABLE + ' ' + set + " { " + words + " }\n");
          });
      return script.toString();
    }

    private static String words(Endpoint element) {
      return element.address()
          + (element.protocol() == 0 ? "" : " . " + element.protocol())
          + (element.port() == 0 ? "" : " . " + element.port());
    }
  }

  private List<String> devices = List.of();
  private Contents contents = Contents.NOTHING;
  private boolean isInherited;
  private boolean isClosed;

  /**
   * Puts an empty table on these interfaces. What a killed director left stays until the first
   * {@link #update}: the connections that it hides may go on.
   */
  public NftGuard(Collection<String> devices) {
    isInherited = isInstalled();
    if (isInherited) {
      this.devices = checked(devices);
    } else {
      setDevices(devices);
    }
  }

  /**
   * What is missing on this host, in words for its administrator, or null if nothing is: for checks
   * before the start.
   */
  public static @Nullable String missing() {
    String probe = TABLE + "_probe";
    try {
      // Made and deleted in one transaction, with the one part that may be no kernel module.
      nft(
          "table "
              + probe
              + " {\n chain c {\n fib daddr type local\n }\n}\ndelete table "
              + probe
              + "\n");
      return null;
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  /** Guards these interfaces instead; nothing gets past meanwhile. */
  public void setDevices(Collection<String> others) {
    install(checked(others), contents);
  }

  private static List<String> checked(Collection<String> others) {
    for (String device : others) {
      if (device.isEmpty() || device.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '\\')) {
        throw new IllegalArgumentException("interface name '" + device + "'");
      }
    }
    return others.stream().distinct().sorted().toList();
  }

  private void install(List<String> nextDevices, Contents next) {
    nft(removal() + table(nextDevices) + next.since(Contents.NOTHING));
    devices = nextDevices;
    contents = next;
    isInherited = false;
  }

  /** Interfaces that are guarded. */
  public List<String> devices() {
    return devices;
  }

  /** Drops these packets and those with these marks, and no others. */
  public void update(Guarded ends, MarkRules marks) {
    Contents next = Contents.of(ends, marks);
    if (isInherited) {
      install(devices, next);
      return;
    }
    if (next.equals(contents)) {
      return;
    }
    try {
      change(next);
      contents = next;
    } catch (IllegalStateException | LinuxException e) {
      // Somebody flushed the whole ruleset: a firewall that starts anew does that.
      install(devices, next);
    }
  }

  /** A few elements at a time are the rule, and nft takes many times as long to start. */
  private void change(Contents next) {
    SetElements elements = new SetElements("jvs");
    contents.without(next).forEach(elements::delete);
    next.without(contents).forEach(elements::add);
    if (next.marks.equals(contents.marks) && elements.count() <= SetElements.MOST) {
      elements.commit();
    } else {
      nft(next.since(contents));
    }
  }

  /** Puts the table back if somebody else removed it; returns whether that was so. */
  public boolean ensure() {
    if (isInstalled()) {
      return false;
    }
    install(devices, contents);
    return true;
  }

  private static boolean isInstalled() {
    try {
      nft("list chain " + TABLE + " guard\n");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static String removal() {
    // "add" first, because "delete" fails if there is nothing to delete.
    return "add table " + TABLE + "\ndelete table " + TABLE + "\n";
  }

  private static String table(List<String> devices) {
    StringBuilder table = new StringBuilder("table " + TABLE + " {\n");
    for (String family : List.of("4", "6")) {
      String address = "ipv" + family + "_addr";
      for (String end : ENDS) {
        String ends = address + " . inet_proto";
        table.append(" set " + end + family + " { type " + ends + " . inet_service; }\n");
        table.append(" set " + end + family + "_any_port { type " + ends + "; }\n");
      }
      for (String addresses : ADDRESSES) {
        table.append(" set " + addresses + family + " { type " + address + "; }\n");
      }
    }
    for (String family : List.of("4", "6")) {
      String address = "ipv" + family + "_addr";
      String life = "flags dynamic, timeout; timeout " + IDLE + "; size 65535; }\n";
      table.append(" set requests" + family + " { type " + address + " . " + address);
      table.append(" . inet_service; " + life + " set answers" + family + " { type " + address);
      table.append(" . inet_service . " + address + "; " + life);
    }
    table.append(
        """
         chain fullnat4 {
          ip saddr . meta l4proto . th sport @fullnat4 counter drop
          ip saddr . meta l4proto @fullnat4_any_port counter drop
         }
         chain fullnat6 {
          ip6 saddr . meta l4proto . th sport @fullnat6 counter drop
          ip6 saddr . meta l4proto @fullnat6_any_port counter drop
         }
         chain marks {
         }
         chain local {
          ip daddr @data4 tcp dport { 20, 1024-65535 } counter drop
          ip6 daddr @data6 tcp dport { 20, 1024-65535 } counter drop
          ip daddr . meta l4proto . th dport @services4 counter drop
          ip daddr . meta l4proto @services4_any_port counter drop
          ip6 daddr . meta l4proto . th dport @services6 counter drop
          ip6 daddr . meta l4proto @services6_any_port counter drop
         }
         chain guard {
        """);
    for (String ip : List.of("ip", "ip6")) {
      table.append("  " + request(ip) + " @requests" + family(ip) + learnRequest(ip));
      table.append("  " + answer(ip) + " @answers" + family(ip) + learnAnswer(ip));
    }
    table.append(
        """
          ip daddr @vips4 meta l4proto { 1, 6, 17, 132 } counter drop
          ip6 daddr @vips6 meta l4proto { 6, 17, 58, 132 } counter drop
          fib daddr type local jump local
          jump marks
          ip saddr . meta l4proto . th sport @servers4 fib daddr type != local counter drop
          ip saddr . meta l4proto @servers4_any_port fib daddr type != local counter drop
          ip6 saddr . meta l4proto . th sport @servers6 fib daddr type != local counter drop
          ip6 saddr . meta l4proto @servers6_any_port fib daddr type != local counter drop
          ip daddr @locals4 th dport 1024-32767 jump fullnat4
          ip6 daddr @locals6 th dport 1024-32767 jump fullnat6
         }
         chain signals {
          type filter hook ingress device "lo" priority 0; policy accept;
        """);
    for (String ip : List.of("ip", "ip6")) {
      table.append("  " + sender(GuardSignal.REQUESTS) + learnRequest(ip));
      table.append("  " + sender(GuardSignal.ANSWERS) + learnAnswer(ip));
    }
    table.append(" }\n");
    for (int i = 0; i < devices.size(); i++) {
      table.append(
          " chain ingress"
              + i
              + " { type filter hook ingress device \""
              + devices.get(i)
              + "\" priority 0; policy accept;\n  jump guard\n }\n");
    }
    return table.append("}\n").toString();
  }

  private static String family(String ip) {
    return ip.equals("ip") ? "4" : "6";
  }

  private static String request(String ip) {
    return ip + " saddr . " + ip + " daddr . tcp dport";
  }

  private static String answer(String ip) {
    return ip + " saddr . tcp sport . " + ip + " daddr";
  }

  private static String learnRequest(String ip) {
    return " update @requests" + family(ip) + " { " + request(ip) + " } counter drop\n";
  }

  private static String learnAnswer(String ip) {
    return " update @answers" + family(ip) + " { " + answer(ip) + " } counter drop\n";
  }

  /** The frame's sender; "ether saddr" would ask for an Ethernet interface. */
  private static String sender(long mac) {
    return "@ll,48,48 0x" + Long.toHexString(mac);
  }

  private static void nft(String script) {
    ExternalProgram.run("the table " + TABLE, script, "nft", "-f", "-");
  }

  /** Deletes the table; idempotent. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      nft(removal());
    }
  }
}
