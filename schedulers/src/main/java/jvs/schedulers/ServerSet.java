package jvs.schedulers;

import java.util.Arrays;
import jvs.service.RealServer;
import org.jspecify.annotations.Nullable;

/**
 * The servers of one virtual address in lblcr, newest member first (struct ip_vs_dest_set).
 *
 * <p>A deleted server stays a member, unused, until it is the most loaded one. Under the service's
 * gate.
 */
final class ServerSet {
  private RealServer[] members;
  private long lastChangeMillis;

  ServerSet(RealServer first, long nowMillis) {
    this.members = new RealServer[] {first};
    this.lastChangeMillis = nowMillis;
  }

  /** The member that wlc would choose, or null (ip_vs_dest_set_min). */
  @Nullable RealServer leastLoaded() {
    RealServer least = null;
    for (RealServer member : members) {
      if (member.isAvailable()
          && member.isUsable()
          && (least == null || isLighter(member, least))) {
        least = member;
      }
    }
    return least;
  }

  /** Drops the most loaded of several members if the set has not changed for a time. */
  void shrink(long nowMillis, long expirationMillis) {
    if (members.length > 1 && nowMillis > lastChangeMillis + expirationMillis) {
      int most = mostLoaded();
      if (most >= 0) {
        RealServer[] rest = Arrays.copyOf(members, members.length - 1);
        System.arraycopy(members, most + 1, rest, most, rest.length - most);
        members = rest;
        lastChangeMillis = nowMillis;
      }
    }
  }

  /** Adds a member unless it is one. */
  void add(RealServer server, long nowMillis) {
    for (RealServer member : members) {
      if (member == server) {
        return;
      }
    }
    RealServer[] now = new RealServer[members.length + 1];
    now[0] = server;
    System.arraycopy(members, 0, now, 1, members.length);
    members = now;
    lastChangeMillis = nowMillis;
  }

  /** A server came back under its old name: it takes its place again. */
  void replace(RealServer server) {
    for (int i = 0; i < members.length; i++) {
      if (members[i].key().equals(server.key())) {
        members[i] = server;
      }
    }
  }

  /** Index of the member with the most overhead per weight, or -1 (ip_vs_dest_set_max). */
  private int mostLoaded() {
    int most = -1;
    for (int i = 0; i < members.length; i++) {
      if (members[i].weight() > 0 && (most < 0 || isLighter(members[most], members[i]))) {
        most = i;
      }
    }
    return most;
  }

  /** Whether {@code a} has less overhead per weight than {@code b}, without dividing. */
  private static boolean isLighter(RealServer a, RealServer b) {
    return (long) a.overhead() * b.weight() < (long) b.overhead() * a.weight();
  }
}
