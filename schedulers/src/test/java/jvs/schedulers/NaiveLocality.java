package jvs.schedulers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import jvs.schedulers.NaiveService.Flow;
import jvs.schedulers.NaiveService.Rule;
import jvs.schedulers.NaiveService.Server;
import org.jspecify.annotations.Nullable;

/** Sections 5.13 and 5.14 of the reference: one map from address to a list of servers. */
final class NaiveLocality implements Rule {
  private static final int MAX_SIZE = 16384;

  private static final class Entry {
    final String address;
    final int bucket;
    final List<Server> set = new ArrayList<>();
    long lastMod;
    long lastUse;

    Entry(String address, int bucket) {
      this.address = address;
      this.bucket = bucket;
    }
  }

  private final boolean isReplicated;
  private final IntSupplier expirationSeconds;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long timer;
  private int quietRuns = 1;
  private int rover;

  NaiveLocality(boolean isReplicated, IntSupplier expirationSeconds, long nowMillis) {
    this.isReplicated = isReplicated;
    this.expirationSeconds = expirationSeconds;
    this.timer = nowMillis + 60_000;
  }

  @Override
  public @Nullable Server choose(List<Server> list, Flow flow, long nowMillis) {
    String address = Arrays.toString(flow.virtual);
    Entry entry = entries.get(address);
    if (entry != null) {
      entry.lastUse = nowMillis;
      Server cached = isReplicated ? candidate(entry, nowMillis) : entry.set.get(0);
      if (cached != null && cached.isAvailable && cached.weight > 0 && !overloaded(cached, list)) {
        return cached;
      }
    }
    Server chosen = NaiveWalks.wlc(list);
    if (chosen != null) {
      remember(address, entry, chosen, flow, nowMillis);
    }
    return chosen;
  }

  private @Nullable Server candidate(Entry entry, long nowMillis) {
    Server least = NaiveWalks.wlc(entry.set.stream().filter(s -> s.isAvailable).toList());
    if (entry.set.size() > 1 && nowMillis > entry.lastMod + expirationSeconds.getAsInt() * 1000L) {
      Server most = null;
      for (Server member : entry.set) {
        if (member.weight > 0
            && (most == null || NaiveWalks.byLoad(Server::overhead).compare(member, most) > 0)) {
          most = member;
        }
      }
      if (most != null) {
        entry.set.remove(most);
        entry.lastMod = nowMillis;
      }
    }
    return least;
  }

  private void remember(
      String address, @Nullable Entry known, Server chosen, Flow flow, long nowMillis) {
    Entry entry = known;
    if (entry == null) {
      if (entries.size() >= MAX_SIZE * 3 / 2) {
        return;
      }
      entry = new Entry(address, NaiveHashes.hash32(NaiveHashes.folded(flow.virtual), 10));
      entry.lastUse = nowMillis;
      entries.put(address, entry);
    }
    if (!isReplicated) {
      entry.set.clear();
    }
    if (!entry.set.contains(chosen)) {
      entry.set.add(0, chosen);
      entry.lastMod = nowMillis;
    }
  }

  private static boolean overloaded(Server server, List<Server> list) {
    return server.active > server.weight && list.stream().anyMatch(d -> d.active * 2 < d.weight);
  }

  @Override
  public void tick(long nowMillis) {
    if (nowMillis < timer) {
      return;
    }
    timer = nowMillis + 60_000;
    if (quietRuns == 30) {
      quietRuns = 1;
      long unused = expirationSeconds.getAsInt() * 1000L;
      entries.values().removeIf(entry -> nowMillis - entry.lastUse >= unused);
    } else if (entries.size() <= MAX_SIZE) {
      quietRuns++;
    } else {
      int goal = Math.min((entries.size() - MAX_SIZE) * 4 / 3, MAX_SIZE / 2);
      int limit = entries.size() - goal;
      Map<Integer, List<Entry>> old =
          entries.values().stream()
              .filter(entry -> nowMillis - entry.lastUse >= 360_000)
              .collect(Collectors.groupingBy(entry -> entry.bucket));
      for (int i = 0; i < 1024 && entries.size() > limit; i++) {
        rover = (rover + 1) % 1024;
        for (Entry entry : old.getOrDefault(rover, List.of())) {
          entries.remove(entry.address);
        }
      }
    }
  }
}
