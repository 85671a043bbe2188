package jvs.schedulers;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import jvs.flow.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * What lblc and lblcr remember of virtual addresses: a hash table of bounded size.
 *
 * <p>Mirrors the tables of ip_vs_lblc.c and ip_vs_lblcr.c. Once a minute entries are collected:
 * usually only if there are more than {@value #TARGET_SIZE}, those unused for six minutes; every
 * thirtieth time those unused for the configured expiration. Under the service's gate.
 *
 * @param <V> what is known of an address
 */
final class AddressCache<V> {
  /** Entries that collection leaves alone (max_size). */
  static final int TARGET_SIZE = 16384;

  /** Entries that there can be. */
  static final int CAPACITY = TARGET_SIZE / 2 * 3;

  private static final int TABLE_BITS = 10;
  private static final int BUCKET_MASK = (1 << TABLE_BITS) - 1;
  private static final long CHECK_INTERVAL_MILLIS = 60_000;
  private static final long ENTRY_TIMEOUT_MILLIS = 6 * 60_000;
  private static final int CHECKS_FOR_FULL_EXPIRATION = 30;

  /** One address. */
  static final class Entry<V> {
    private final long addressHigh;
    private final long addressLow;
    private @Nullable Entry<V> next;
    private long lastUseMillis;

    /** What is known of it. */
    V value;

    private Entry(FlowKey flow, V value, @Nullable Entry<V> next) {
      this.addressHigh = flow.virtualHigh();
      this.addressLow = flow.virtualLow();
      this.value = value;
      this.next = next;
    }
  }

  private final LongSupplier clock;
  private final @Nullable Entry<V>[] buckets;
  private int size;
  private int lastCollectedBucket;
  private int checks = 1;
  private long nextCheckMillis;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  AddressCache(LongSupplier clock) {
    this.clock = clock;
    this.buckets = new Entry[1 << TABLE_BITS];
    this.nextCheckMillis = clock.getAsLong() + CHECK_INTERVAL_MILLIS;
  }

  /** The entry of the flow's virtual address, now used, or null. */
  @Nullable Entry<V> find(FlowKey flow) {
    Entry<V> entry = buckets[bucketOf(flow)];
    while (entry != null
        && (entry.addressLow != flow.virtualLow() || entry.addressHigh != flow.virtualHigh())) {
      entry = entry.next;
    }
    if (entry != null) {
      entry.lastUseMillis = clock.getAsLong();
    }
    return entry;
  }

  /** Whether there is room for another address. */
  boolean hasRoom() {
    return size < CAPACITY;
  }

  /** Remembers an address that {@link #find} did not know; there must be room. */
  void add(FlowKey flow, V value) {
    int bucket = bucketOf(flow);
    Entry<V> entry = new Entry<>(flow, value, buckets[bucket]);
    entry.lastUseMillis = clock.getAsLong();
    buckets[bucket] = entry;
    size++;
  }

  /** Addresses known. */
  int size() {
    return size;
  }

  /** Shows every entry. */
  void forEach(Consumer<Entry<V>> consumer) {
    for (Entry<V> head : buckets) {
      for (Entry<V> entry = head; entry != null; entry = entry.next) {
        consumer.accept(entry);
      }
    }
  }

  /** The kernel's periodic timer (ip_vs_lblc_check_expire). */
  void tick(long nowMillis, int expirationSeconds) {
    if (nowMillis < nextCheckMillis) {
      return;
    }
    nextCheckMillis = nowMillis + CHECK_INTERVAL_MILLIS;
    if (checks % CHECKS_FOR_FULL_EXPIRATION == 0) {
      collect(nowMillis - expirationSeconds * 1000L, Integer.MAX_VALUE);
      checks = 1;
    } else if (size <= TARGET_SIZE) {
      checks++;
    } else {
      int goal = Math.min((size - TARGET_SIZE) * 4 / 3, TARGET_SIZE / 2);
      collect(nowMillis - ENTRY_TIMEOUT_MILLIS, goal);
    }
  }

  /** Forgets entries last used at {@code limitMillis} or before, by whole buckets. */
  private void collect(long limitMillis, int goal) {
    int before = size;
    for (int i = 0; i < buckets.length && before - size < goal; i++) {
      lastCollectedBucket = lastCollectedBucket + 1 & BUCKET_MASK;
      Entry<V> kept = null;
      Entry<V> following;
      for (Entry<V> entry = buckets[lastCollectedBucket]; entry != null; entry = following) {
        following = entry.next;
        if (entry.lastUseMillis > limitMillis) {
          entry.next = kept;
          kept = entry;
        } else {
          size--;
        }
      }
      buckets[lastCollectedBucket] = kept;
    }
  }

  private static int bucketOf(FlowKey flow) {
    return GoldenRatioHash.of(flow.virtualFolded(), TABLE_BITS);
  }
}
