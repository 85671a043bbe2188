package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often, on which port and how much a master tells, by the settings sync_*. */
class SyncSettingsTest {
  private final TestDirector master = new TestDirector();
  private final SyncWire wire = new SyncWire();

  @BeforeEach
  void start() {
    master.director.sync().use(wire, flow -> 0);
    master.director.setSysctl("sloppy_tcp", "1");
    master.director.newDaemon(SyncWire.daemon(true));
  }

  @AfterEach
  void close() {
    master.close();
  }

  @ParameterizedTest(name = "threshold {0}, refresh {1}, retries {2}: {3} of 10 packets")
  @CsvSource({
    "'3 50', 0, 0, 1",
    "'1 2', 0, 0, 5",
    "'0 1', 0, 0, 10",
    "'4 0', 0, 0, 1",
    "'11 0', 0, 0, 0",
    "'0 1', 2, 0, 5",
    "'0 1', 5, 0, 2",
    "'0 1', 5, 1, 4",
    "'0 1', 5, 3, 6",
  })
  void tellsAsOftenAsTheSettingsSay(String threshold, String refresh, String retries, int told) {
    SyncTest.serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    master.director.setSysctl("sync_threshold", threshold);
    master.director.setSysctl("sync_refresh_period", refresh);
    master.director.setSysctl("sync_retries", retries);

    for (int i = 0; i < 10; i++) {
      master.fromClient(SyncTest.request(TestDirector.TCP, 40000));
      master.nowMillis += 1_000;
    }

    assertEquals(told, wire.entries(master.nowMillis));
  }

  @Test
  void aConnectionIsToldOnOnePortAndAllPortsAreUsed() {
    SyncTest.serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    master.director.setSysctl("sync_threshold", "0 1");
    master.director.setSysctl("sync_ports", "4");
    master.director.deleteDaemon(true);
    master.director.newDaemon(SyncWire.daemon(true));
    Map<Integer, Integer> portOf = new HashMap<>();

    for (int packet = 0; packet < 2; packet++) {
      for (int client = 40000; client < 40064; client++) {
        master.fromClient(SyncTest.request(TestDirector.TCP, client));
        wire.carry(master.nowMillis);
        Integer before = portOf.put(client, wire.lastPort());
        assertTrue(packet == 0 || before == wire.lastPort(), "client " + client);
      }
    }

    assertEquals(Set.of(0, 1, 2, 3), Set.copyOf(portOf.values()));
  }

  @Test
  void whatFindsNoRoomIsLostAndTheRestGoesOn() {
    SyncTest.serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    master.director.setSysctl("sync_qlen_max", "1");
    master.director.setSysctl("sync_threshold", "0 1");
    for (int i = 0; i < 90; i++) {
      master.fromClient(SyncTest.request(TestDirector.TCP, 40000 + i));
    }

    // A record is an entry of 36 octets and its length, in steps of eight.
    assertEquals(1472 / 48, wire.entries(master.nowMillis));
    assertEquals(90 - 1472 / 48, master.director.sync().counts().get("sync_entries_unsent"));
    master.fromClient(SyncTest.request(TestDirector.TCP, 40000));
    assertEquals(1, wire.entries(master.nowMillis));
  }
}
