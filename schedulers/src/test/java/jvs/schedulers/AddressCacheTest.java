package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import jvs.flow.FlowKey;
import org.junit.jupiter.api.Test;

/** What lblc and lblcr remember, and forget. */
class AddressCacheTest {
  private static final int DAY_SECONDS = 24 * 60 * 60;

  private final AtomicLong clock = new AtomicLong();
  private final AddressCache<Integer> cache = new AddressCache<>(clock::get);
  private final FlowKey flow = new FlowKey();

  private FlowKey to(int virtual) {
    return flow.setV4(17, 1, 1, virtual, 80);
  }

  private void fill(int from, int count) {
    for (int i = from; i < from + count; i++) {
      cache.add(to(i), i);
    }
  }

  private void advance(long millis) {
    cache.tick(clock.addAndGet(millis), DAY_SECONDS);
  }

  @Test
  void tellsAddressesOfOneBucketApart() {
    cache.add(flow.set(true, 6, 0, 0, 1, 0, 1, 80), 1);
    cache.add(flow.set(true, 6, 0, 0, 1, 1, 0, 80), 2);

    AddressCache.Entry<Integer> low = cache.find(flow.set(true, 6, 9, 9, 9, 0, 1, 443));
    AddressCache.Entry<Integer> high = cache.find(flow.set(true, 6, 9, 9, 9, 1, 0, 443));

    assertNotNull(low);
    assertNotNull(high);
    assertEquals(1, low.value);
    assertEquals(2, high.value);
    assertNull(cache.find(flow.set(true, 6, 0, 0, 1, 1L << 32, 0, 80)));
  }

  @Test
  void isFullAtOneAndAHalfOfItsTarget() {
    fill(0, AddressCache.CAPACITY - 1);
    assertTrue(cache.hasRoom());

    fill(1 << 30, 1);

    assertFalse(cache.hasRoom());
    assertEquals(24576, cache.size());
  }

  @Test
  void keepsWhatIsWithinTheTargetUntilTheFullCheck() {
    fill(0, AddressCache.TARGET_SIZE);

    for (int minute = 1; minute < 30; minute++) {
      advance(60_000);
    }
    assertEquals(AddressCache.TARGET_SIZE, cache.size());
    cache.tick(clock.addAndGet(60_000), 30 * 60);

    assertEquals(0, cache.size());
  }

  @Test
  void forgetsOneThirdMoreThanTheExcessOfWhatWasUnusedForSixMinutes() {
    fill(0, AddressCache.TARGET_SIZE + 3000);
    for (int minute = 1; minute < 6; minute++) {
      advance(60_000);
    }
    int young = cache.size();

    advance(60_000);
    int forgotten = young - cache.size();

    assertEquals(AddressCache.TARGET_SIZE + 3000, young);
    // whole buckets, of about 19 entries each
    assertTrue(forgotten >= 4000 && forgotten < 4100, () -> "forgot " + forgotten);
  }

  @Test
  void collectsOnFromTheBucketWhereItStopped() {
    int old = AddressCache.TARGET_SIZE + 6000;
    fill(0, old);

    advance(6 * 60_000);
    int firstGap = bucketsWithout(old);
    fill(1 << 30, 8000);
    advance(60_000);
    int secondGap = bucketsWithout(old);

    // each time 8000 addresses, at 22 in a bucket
    assertTrue(firstGap > 350 && firstGap < 380, () -> "first gap to " + firstGap);
    assertTrue(secondGap > 700 && secondGap < 760, () -> "second gap to " + secondGap);
  }

  /** The buckets 1 to the result have none of the addresses below {@code limit}. */
  private int bucketsWithout(int limit) {
    BitSet buckets = new BitSet();
    cache.forEach(
        entry -> {
          if (entry.value < limit) {
            buckets.set(GoldenRatioHash.of(entry.value, 10));
          }
        });
    return buckets.nextSetBit(1) - 1;
  }

  @Test
  void keepsWhatIsInUse() {
    fill(0, AddressCache.TARGET_SIZE + 3000);
    for (int minute = 1; minute <= 20; minute++) {
      for (int i = 0; i < 1000; i++) {
        assertNotNull(cache.find(to(i)));
      }
      advance(60_000);
    }

    for (int i = 0; i < 1000; i++) {
      assertNotNull(cache.find(to(i)));
    }
    assertTrue(cache.size() <= AddressCache.TARGET_SIZE);
  }

  @Test
  void checksOnceAMinuteWhateverTheTicks() {
    fill(0, 10);
    for (int second = 1; second <= 29 * 60; second++) {
      cache.tick(clock.addAndGet(1000), 0);
    }
    int before = cache.size();

    for (int second = 1; second <= 60; second++) {
      cache.tick(clock.addAndGet(1000), 0);
    }

    assertEquals(10, before);
    assertEquals(0, cache.size());
  }
}
