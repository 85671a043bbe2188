package jvs.flow;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import jvs.service.ServerSpec;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private static final int CLIENTS = 50;
  private static final long SEED = Long.getLong("jvs.seed", 20261121);

  private record Tuple(long client, int clientPort, long virtual, int virtualPort, boolean isV6) {
    FlowKey key() {
      long high = isV6 ? 0xfd00_0000_0000_0000L : 0;
      return new FlowKey().set(isV6, 6, high, client, clientPort, high, virtual, virtualPort);
    }
  }

  private record Server(long address, int port) {}

  @Test
  void agreesWithTwoMapsUnderRandomInsertionsAndRemovals() {
    Random random = new Random(SEED);
    Map<Tuple, Integer> requests = new HashMap<>();
    Map<Tuple, Integer> replies = new HashMap<>();
    Map<Integer, Tuple> replyOf = new HashMap<>();
    List<Tuple> live = new ArrayList<>();
    try (ConnectionTable table = new ConnectionTable(300, SEED)) {
      for (int step = 0; step < 100_000; step++) {
        if (!live.isEmpty() && random.nextInt(100) < 49) {
          Tuple gone = live.remove(random.nextInt(live.size()));
          int slot = requireNonNull(requests.remove(gone));
          replies.remove(replyOf.remove(slot));
          table.free(slot);
        } else {
          insert(table, random, requests, replies, replyOf, live);
        }
        Tuple probe = randomTuple(random);
        int expected = requests.getOrDefault(probe, ConnectionTable.NONE);
        int reply = replies.getOrDefault(probe, ConnectionTable.NONE);
        int anyone = random.nextInt(table.capacity());
        for (int presumed : new int[] {ConnectionTable.NONE, expected, reply, anyone}) {
          FlowKey key = probe.key();
          key.presume(presumed);
          assertEquals(expected, table.findRequest(key), () -> "seed " + SEED);
          assertEquals(reply, table.findReply(key), () -> "seed " + SEED);
        }
        assertEquals(live.size(), table.size());
      }
    }
  }

  @Test
  void doesNotFindWhatIsOnlyPresumed() {
    Tuple tuple = new Tuple(1, 1000, 100, 80, false);
    FlowKey key = tuple.key();
    try (ConnectionTable table = new ConnectionTable(1, SEED)) {
      int slot = table.allocate();
      new Connection(table).at(slot).initialise(key, ServerSpec.ROUTE, false, 0, 7, 80, 0, 0);
      key.presume(slot);
      assertEquals(ConnectionTable.NONE, table.findRequest(key));

      table.publish(slot);
      assertEquals(slot, table.findRequest(key));

      table.unhash(slot);
      assertEquals(ConnectionTable.NONE, table.findRequest(key));
      assertEquals(ConnectionTable.NONE, table.findReply(key));

      table.free(slot);
      assertEquals(ConnectionTable.NONE, table.findRequest(key));
    }
  }

  private static void insert(
      ConnectionTable table,
      Random random,
      Map<Tuple, Integer> requests,
      Map<Tuple, Integer> replies,
      Map<Integer, Tuple> replyOf,
      List<Tuple> live) {
    Tuple tuple = randomTuple(random);
    boolean isNat = random.nextBoolean();
    Server server = new Server(500 + random.nextInt(3), 8000);
    Tuple reply =
        isNat
            ? new Tuple(tuple.client, tuple.clientPort, server.address, server.port, tuple.isV6)
            : tuple;
    if (requests.containsKey(tuple) || replies.containsKey(reply)) {
      return;
    }
    int slot = table.allocate();
    if (slot == ConnectionTable.NONE) {
      assertEquals(table.capacity(), live.size());
      return;
    }
    long high = tuple.isV6 ? 0xfd00_0000_0000_0000L : 0;
    int method = isNat ? ServerSpec.MASQ : ServerSpec.ROUTE;
    new Connection(table)
        .at(slot)
        .initialise(tuple.key(), method, tuple.isV6, high, server.address, server.port, 0, 1_000);
    table.publish(slot);
    requests.put(tuple, slot);
    replies.put(reply, slot);
    replyOf.put(slot, reply);
    live.add(tuple);
  }

  private static Tuple randomTuple(Random random) {
    return new Tuple(
        1 + random.nextInt(CLIENTS),
        1000 + random.nextInt(8),
        100 + random.nextInt(2),
        80,
        random.nextInt(4) == 0);
  }

  @Test
  void refusesWhenFullAndServesAgainAfterOneIsFreed() {
    try (ConnectionTable table = new ConnectionTable(2, 1)) {
      int first = table.allocate();
      table.allocate();

      assertEquals(ConnectionTable.NONE, table.allocate());

      table.free(first);
      assertEquals(first, table.allocate());
    }
  }

  @Test
  void showsReadersOnlyWholeConnections() {
    try (ConnectionTable table = new ConnectionTable(1, 1)) {
      Connection reader = new Connection(table).at(0);
      assertEquals(0, reader.stamp());

      int slot = table.allocate();
      assertEquals(1, reader.stamp() & 1);
      new Connection(table)
          .at(slot)
          .initialise(new FlowKey().setV4(6, 1, 2, 3, 4), 0, false, 0, 5, 6, 0, 0);
      table.publish(slot);
      int stamp = reader.stamp();
      assertEquals(0, stamp & 1);
      assertTrue(reader.isUnchangedSince(stamp));

      table.free(slot);
      assertEquals(1, reader.stamp() & 1);
    }
  }

  @Test
  void namesAnAbsurdCapacity() {
    Exception refusal =
        assertThrows(IllegalArgumentException.class, () -> new ConnectionTable(-5, 1));
    assertTrue(String.valueOf(refusal.getMessage()).contains("-5"));
  }
}
