package jvs.director.kernel;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import jvs.linux.LinuxException;
import jvs.service.MarkRules;
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
 *                                                   fragments of such servers, and errors that
 *                                                   quote what they were asked
 *                                                   what a {@link GuardSignal} said, while it flows
 *                                                   from a FULLNAT server to a connection's port
 * </pre>
 *
 * <p>Else the host would answer with resets, or forward a second time. Everything else passes: ssh,
 * ping of a VIP, the director's own connections to the servers, servers that use this host as their
 * router. The kernel took VLAN tags out of the packet by then, so tagged packets match too. Of a
 * fragmented request only the first fragment has ports and is dropped; the host cannot do anything
 * with the rest.
 *
 * <p>Nearly all packets that are dropped are so by the first four rules, as asking the routes for
 * each costs more than the rest of the table. Those know the host's addresses from the last
 * snapshot; the others, which ask, are right at any moment.
 *
 * <p>The marks that it gives meanwhile are 0 again when a packet goes on; so is one that a tc
 * filter has given before.
 *
 * <p>Each change is one transaction of what has changed. Whatever a killed director left behind is
 * replaced. One thread, in the director's network namespace. Needs {@code nft} of nftables,
 * CAP_NET_ADMIN and a kernel with CONFIG_NF_TABLES_NETDEV and CONFIG_NFT_FIB_NETDEV.
 */
public final class NftGuard implements AutoCloseable {
  static final String TABLE = "netdev jvs";
  private static final List<String> ENDS = List.of("services", "servers", "fullnat");
  private static final List<String> ALONE = List.of("alone", "alone_servers");
  private static final List<String> ADDRESSES = List.of("vips", "locals", "data", "nat", "hosts");

  /** Of what an ICMP error quotes: destination, protocol, destination's port. No options. */
  private static final String QUOTED_V4 = "@th,192,32 . @th,136,8";

  private static final String QUOTED_PORT_V4 = QUOTED_V4 + " . @th,240,16";
  private static final String QUOTED_V6 = "@th,256,128 . @th,112,8";
  private static final String QUOTED_PORT_V6 = QUOTED_V6 + " . @th,400,16";

  /** Longer than any connection lives without packets. */
  private static final String IDLE = "20m";

  private List<String> devices = List.of();
  private GuardContents contents = GuardContents.NOTHING;
  private Supplier<String> announced = () -> "";
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

  /**
   * A table that is made anew begins with what {@code now} says in nft's words: what signals have
   * told the one before.
   */
  public void beginWith(Supplier<String> now) {
    announced = now;
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

  private void install(List<String> nextDevices, GuardContents next) {
    nft(removal() + table(nextDevices) + next.since(GuardContents.NOTHING) + announced.get());
    devices = nextDevices;
    contents = next;
    isInherited = false;
  }

  /** Whether it is still what an earlier director made. */
  public boolean isInherited() {
    return isInherited;
  }

  /** Interfaces that are guarded. */
  public List<String> devices() {
    return devices;
  }

  /** Drops these packets and those with these marks, and no others. */
  public void update(Guarded ends, MarkRules marks) {
    GuardContents next = GuardContents.of(ends, marks);
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
  private void change(GuardContents next) {
    SetElements elements = new SetElements("jvs");
    contents.without(next).forEach(elements::delete);
    next.without(contents).forEach(elements::add);
    if (next.marks().equals(contents.marks()) && elements.count() <= SetElements.MOST) {
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
    return NftChain.isThere("jvs", "guard");
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
      for (String alone : ALONE) {
        table.append(" set " + alone + family);
        table.append(" { type " + address + " . inet_proto . inet_service; }\n");
      }
      for (String addresses : ADDRESSES) {
        table.append(" set " + addresses + family + " { type " + address + "; }\n");
      }
    }
    table.append(" set asked4 { typeof " + QUOTED_PORT_V4 + "; }\n");
    table.append(" set asked4_any_port { typeof " + QUOTED_V4 + "; }\n");
    table.append(" set asked6 { typeof " + QUOTED_PORT_V6 + "; }\n");
    table.append(" set asked6_any_port { typeof " + QUOTED_V6 + "; }\n");
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
         chain errors4 {
        """);
    table.append("  @th,64,8 0x45 " + QUOTED_PORT_V4 + " @asked4 counter drop\n");
    table.append("  @th,64,8 0x45 " + QUOTED_V4 + " @asked4_any_port counter drop\n }\n");
    table.append(" chain errors6 {\n");
    table.append("  " + QUOTED_PORT_V6 + " @asked6 counter drop\n");
    table.append("  " + QUOTED_V6 + " @asked6_any_port counter drop\n }\n");
    table.append(
        """
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
          ip daddr . meta l4proto . th dport @alone4 counter drop
          ip saddr . meta l4proto . th sport @alone_servers4 ip daddr != @hosts4 counter drop
          ip6 daddr . meta l4proto . th dport @alone6 counter drop
          ip6 saddr . meta l4proto . th sport @alone_servers6 ip6 daddr != @hosts6 counter drop
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
          ip saddr @nat4 ip frag-off & 0x3fff != 0 fib daddr type != local counter drop
          ip6 saddr @nat6 exthdr frag exists fib daddr type != local counter drop
          icmp type { 3, 4, 11 } fib daddr type != local jump errors4
          icmpv6 type 1-4 fib daddr type != local jump errors6
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
