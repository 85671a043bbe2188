package jvs.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import jvs.service.ServerSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How large a table may be, what it takes, and what keys that somebody chose can do to it. */
class TableLimitsTest {
  private static final long SEED = Long.getLong("jvs.seed", 20261121);
  private static final int CONNECTIONS = 100_000;
  private static final int VIP = 0x0a63_0001;

  @ParameterizedTest
  @ValueSource(ints = {100_000, 1_000_000, 1 << 20, 20_000_000})
  void aConnectionTakesAtMost96BytesAllTold(int capacity) {
    try (ConnectionTable table = new ConnectionTable(capacity, SEED)) {
      double each = (double) (table.bytes() + TimingWheel.BYTES) / capacity;

      assertTrue(each <= 96, each + " bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 300_000})
  void takesAsManyConnectionsAsItHasRoomForAndFindsEach(int capacity) {
    try (ConnectionTable table = new ConnectionTable(capacity, SEED)) {
      FlowKey key = new FlowKey();
      for (int i = 0; i < capacity; i++) {
        add(table, key.setV4(6, i, i & 0xffff, VIP, 80));
      }

      assertEquals(ConnectionTable.NONE, table.allocate());
      for (int i = 0; i < capacity; i++) {
        assertEquals(i, table.findRequest(key.setV4(6, i, i & 0xffff, VIP, 80)));
        assertEquals(i, table.findReply(key.setV4(6, i, i & 0xffff, 0x0a01_0001, 8080)));
      }
    }
  }

  @Test
  void twentyMillionConnectionsHaveRoom() {
    try (ConnectionTable table = new ConnectionTable(20_000_000, SEED)) {
      FlowKey key = new FlowKey();
      for (int i = 0; i < 1000; i++) {
        add(table, key.setV4(6, i, 1, VIP, 80));
      }

      assertEquals(999, table.findRequest(key.setV4(6, 999, 1, VIP, 80)));
      assertEquals(999, table.findReply(key.setV4(6, 999, 1, 0x0a01_0001, 8080)));
    }
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("one client, all its ports", i -> v4(i >>> 16, i & 0xffff)),
        attack("a network, one port", i -> v4(i, 7)),
        attack("far apart", i -> v4(i << 15, 7)),
        attack("addresses and ports of equal sum", i -> v4(i, 0xffff - i & 0xffff)),
        attack("addresses and ports of equal exclusive or", i -> v4(i, i & 0xffff)),
        attack("multiples of the golden ratio", i -> v4(i * 0x9e3779b9, 1)),
        attack(
            "many virtual addresses", i -> new FlowKey().setV4(6, i & 511, i >>> 9, i >>> 9, 80)),
        attack("a network of IPv6", i -> v6(0xfd00L << 48, i)),
        attack("many networks of IPv6", i -> v6((0xfd00L << 48) + i, 1)));
  }

  private static Arguments attack(String name, IntFunction<FlowKey> keys) {
    return Arguments.of(name, keys);
  }

  private static FlowKey v4(int client, int port) {
    return new FlowKey().setV4(6, client, port, VIP, 80);
  }

  private static FlowKey v6(long high, long low) {
    return new FlowKey().set(true, 6, high, low, 1, 0xfd99L << 48, 1, 80);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void chosenKeysCostNoMoreThanATenthAboveRandomOnes(String name, IntFunction<FlowKey> keys) {
    List<FlowKey> chosen =
        Stream.iterate(0, i -> i + 1).limit(CONNECTIONS).map(keys::apply).toList();

    assertNoDearerThanRandom(chosen);
  }

  @Test
  void keysThatCollideUnderAnotherSecretDoNotUnderThisOne() {
    List<FlowKey> chosen = new ArrayList<>();
    try (ConnectionTable attackers = new ConnectionTable(CONNECTIONS, SEED + 1)) {
      long first = attackers.index().home(0);
      long behind = attackers.index().home(1 << 24);
      for (int i = 0; chosen.size() < CONNECTIONS; i++) {
        FlowKey key = v4(i, 1);
        long home = attackers.index().home(attackers.hash().of(key));
        if (home >= first && home < behind) { // one 256th of the index
          chosen.add(key);
        }
      }
    }

    assertNoDearerThanRandom(chosen);
  }

  private static void assertNoDearerThanRandom(List<FlowKey> chosen) {
    Random random = new Random(SEED);
    List<FlowKey> drawn =
        chosen.stream().map(unused -> v4(random.nextInt(), random.nextInt(65536))).toList();
    double usual = meanProbes(drawn);

    double mean = meanProbes(chosen);

    assertTrue(mean <= 1.1 * usual, mean + " probes instead of " + usual);
  }

  /** Of all keys, in a table that they fill. */
  private static double meanProbes(List<FlowKey> keys) {
    try (ConnectionTable table = new ConnectionTable(CONNECTIONS, SEED)) {
      keys.forEach(key -> add(table, key));
      long sum = 0;
      for (FlowKey key : keys) {
        int probes = table.probes(key);
        assertTrue(probes < FlowIndex.PROBES / 2, probes + " probes");
        sum += probes;
      }
      return (double) sum / keys.size();
    }
  }

  private static void add(ConnectionTable table, FlowKey key) {
    int slot = table.allocate();
    boolean isV6 = key.isV6();
    new Connection(table)
        .at(slot)
        .initialise(key, ServerSpec.MASQ, isV6, isV6 ? 1L << 56 : 0, 0x0a01_0001, 8080, 1, 0);
    table.publish(slot);
  }
}
