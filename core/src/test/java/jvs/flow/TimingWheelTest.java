package jvs.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
  private static final long START = 1_000_000_000_000L;
  private static final int TICK = 10;

  private final ConnectionTable table = new ConnectionTable(1000, 1);
  private final Connection connection = new Connection(table);
  private final TimingWheel wheel = new TimingWheel(table, START);
  private final List<Integer> expired = new ArrayList<>();
  private int nextPort;

  @AfterEach
  void unmap() {
    table.close();
  }

  private int arm(long timeoutMillis, long nowMillis) {
    int slot = table.allocate();
    connection
        .at(slot)
        .initialise(new FlowKey().setV4(17, 1, nextPort++, 3, 4), 0, false, 0, 5, 6, 0, nowMillis);
    connection.timeoutMillis(timeoutMillis);
    table.publish(slot);
    wheel.arm(slot, nowMillis);
    return slot;
  }

  private void advance(long nowMillis) {
    wheel.advance(nowMillis, (slot, now) -> expired.add(slot));
  }

  @Test
  void firesAtTheDeadlineToATick() {
    int slot = arm(60_000, START);

    advance(START + 60_000 - 1);
    assertEquals(List.of(), expired);

    advance(START + 60_000 + TICK);
    assertEquals(List.of(slot), expired);
  }

  @Test
  void firesLaterWhenThePacketCameLater() {
    int slot = arm(10_000, START);
    connection.at(slot).touch(START + 9_000);

    advance(START + 18_990);
    assertEquals(List.of(), expired);

    advance(START + 19_000 + TICK);
    assertEquals(List.of(slot), expired);
  }

  @Test
  void holdsTimeoutsOfManyTurns() {
    int slot = arm(31L * 86400 * 1000, START);

    for (long day = 1; day <= 30; day++) {
      advance(START + day * 86_400_000);
    }
    assertEquals(List.of(), expired);

    advance(START + 31L * 86_400_000 + TICK);
    assertEquals(List.of(slot), expired);
  }

  @Test
  void firesEarlierAfterRearming() {
    int slot = arm(900_000, START);
    connection.at(slot).timeoutMillis(10_000);
    wheel.rearm(slot, START);

    advance(START + 10_000 + TICK);
    assertEquals(List.of(slot), expired);
  }

  @Test
  void firesEachOnceWhateverTheOrderOfDisarming() {
    long seed = Long.getLong("jvs.seed", 7);
    Random random = new Random(seed);
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int slot = arm(1 + random.nextInt(5_000), START);
      if (random.nextBoolean()) {
        kept.add(slot);
      } else {
        wheel.disarm(slot);
      }
    }

    advance(START + 6_000);

    assertEquals(kept.size(), expired.size(), "seed " + seed);
    assertTrue(expired.containsAll(kept), "seed " + seed);
  }
}
