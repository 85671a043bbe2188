package jvs.director.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jvs.route.Link;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * The way between the director and its own host's stack: a veth pair, for real servers that are
 * addresses of this host (LocalNode).
 *
 * <pre>
 *   worker ── packet socket ── jvs-in ═══ jvs ── the host's stack ── a program on the VIP's port
 *                                          ▲
 *             rule: from VIP, protocol, port ── table 7629: default dev jvs
 * </pre>
 *
 * <p>Requests come out of {@link #OUTER} as if from a wire. Replies go back by a policy rule for
 * each endpoint and nothing else; it also makes the way in pass rp_filter. Frames to {@link #INNER}
 * bear the other end's address (NOARP), so the host takes them for somebody else's there. VIPs that
 * the host does not have become addresses of this end, or no program could answer from them.
 *
 * <p>Rules and addresses that a killed director left are replaced, the pair is not. One thread, in
 * the director's network namespace. Needs {@code ip} of iproute2 and CAP_NET_ADMIN.
 */
public final class HostLink implements AutoCloseable {
  /** The director's end. */
  public static final String INNER = "jvs-in";

  /** The host's end. */
  public static final String OUTER = "jvs";

  /** Number of the routing table, and priority of the rules. */
  static final int TABLE = 7629;

  /** Requests that were put together go in whole. */
  private static final int LARGEST = 65_535;

  private static final String FLUSH = "rule flush table " + TABLE;

  private final String route;
  private boolean isInherited;
  private Set<Endpoint> replies = Set.of();
  private Set<IpAddress> vips = Set.of();
  private boolean isClosed;

  /**
   * Makes the pair, or takes over that of a killed director as it is until the first {@link
   * #update}: making one takes as long as a JVM to start.
   *
   * @param present what there is on this host
   * @param links the interfaces that the director works on: nothing longer than they carry comes
   *     back
   * @throws IllegalStateException if it cannot be made
   */
  public HostLink(List<Link> present, List<Link> links) {
    int shortest = links.stream().mapToInt(Link::mtu).min().orElse(1500);
    route = "route replace default dev " + OUTER + " table " + TABLE + " mtu " + shortest;
    isInherited = isReady(present, INNER) && isReady(present, OUTER);
    if (!isInherited) {
      make();
    }
  }

  private static boolean isReady(List<Link> present, String name) {
    return present.stream()
        .anyMatch(link -> link.name().equals(name) && link.isUp() && link.mtu() == LARGEST);
  }

  private void make() {
    remove();
    List<String> pair = new ArrayList<>();
    pair.add("link add " + OUTER + " type veth peer name " + INNER);
    for (String end : List.of(INNER, OUTER)) {
      pair.add("link set " + end + " mtu " + LARGEST + " arp off addrgenmode none");
      pair.add("link set " + end + " up");
    }
    try {
      batch("-4", pair);
      batch("-4", List.of(route));
      if (hasIpv6()) {
        batch("-6", List.of(route));
      }
    } catch (IllegalStateException e) {
      remove();
      throw e;
    }
  }

  private static boolean hasIpv6() {
    return Files.exists(Path.of("/proc/net/if_inet6"));
  }

  /** Whether it is still what an earlier director made. */
  public boolean isInherited() {
    return isInherited;
  }

  /**
   * Replies from these endpoints come to the director, and no others; port 0 stands for every port.
   *
   * @param ownVips those that are no addresses of the host
   */
  public void update(Set<Endpoint> nextReplies, Set<IpAddress> ownVips) {
    Set<IpAddress> nextVips = new HashSet<>(ownVips);
    nextVips.removeIf(vip -> nextReplies.stream().noneMatch(e -> e.address().equals(vip)));
    if (!isInherited && nextReplies.equals(replies) && nextVips.equals(vips)) {
      return;
    }
    for (boolean isV4 : new boolean[] {true, false}) {
      List<String> script = new ArrayList<>();
      if (isInherited && (isV4 || hasIpv6())) {
        script.add(FLUSH);
        script.add("address flush dev " + OUTER);
      }
      without(replies, nextReplies).forEach(e -> addRule(script, "del", e, isV4));
      without(vips, nextVips).forEach(vip -> addAddress(script, "del", vip, isV4));
      without(nextVips, vips).forEach(vip -> addAddress(script, "add", vip, isV4));
      without(nextReplies, replies).forEach(e -> addRule(script, "add", e, isV4));
      if (!script.isEmpty()) {
        // It has gone with the device's last address.
        script.add(route);
      }
      batch(isV4 ? "-4" : "-6", script);
    }
    isInherited = false;
    replies = Set.copyOf(nextReplies);
    vips = Set.copyOf(nextVips);
  }

  private static <T> Set<T> without(Set<T> all, Set<T> others) {
    Set<T> rest = new HashSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  private static void addRule(List<String> script, String verb, Endpoint end, boolean isV4) {
    if (end.address().isV4() == isV4) {
      String port = end.port() == 0 ? "" : " sport " + end.port();
      script.add(
          "rule %s from %s ipproto %d%s lookup %d pref %d"
              .formatted(verb, end.address(), end.protocol(), port, TABLE, TABLE));
    }
  }

  private static void addAddress(List<String> script, String verb, IpAddress vip, boolean isV4) {
    if (vip.isV4() == isV4) {
      // No program of the host is to choose it by itself as its source.
      String manner = isV4 || verb.equals("del") ? "" : " nodad preferred_lft 0";
      script.add(
          "address " + verb + " " + vip + (isV4 ? "/32" : "/128") + " dev " + OUTER + manner);
    }
  }

  /** Puts back rules that somebody flushed: network managers do that when they start anew. */
  public void ensure() {
    if (!replies.isEmpty()) {
      Set<Endpoint> wanted = replies;
      for (boolean isV4 : new boolean[] {true, false}) {
        List<String> script = new ArrayList<>();
        wanted.forEach(e -> addRule(script, "add", e, isV4));
        attempt(isV4 ? "-4" : "-6", script);
      }
    }
  }

  private static void batch(String family, List<String> script) {
    if (!script.isEmpty()) {
      String text = String.join("\n", script) + "\n";
      ExternalProgram.run("the way to this host's servers", text, "ip", family, "-batch", "-");
    }
  }

  /** Goes on after lines that fail because it is as it should be. */
  private static void attempt(String family, List<String> script) {
    if (!script.isEmpty()) {
      String text = String.join("\n", script) + "\n";
      try {
        ExternalProgram.run("", text, "ip", family, "-force", "-batch", "-");
      } catch (IllegalStateException expected) {
        // Each line that had nothing to do is one.
      }
    }
  }

  /** Rules first: without their table they would do nothing, but stay. */
  private static void remove() {
    attempt("-4", List.of(FLUSH));
    attempt("-6", List.of(FLUSH));
    attempt("-4", List.of("link delete " + OUTER));
  }

  /** Removes the pair and the rules; idempotent. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      remove();
    }
  }
}
