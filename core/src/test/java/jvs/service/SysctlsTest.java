package jvs.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jvs.service.IpvsException.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysctlsTest {
  private static final long PLENTY = 1 << 20;

  private final Settings settings = new Settings();
  private final Sysctls sysctls = new Sysctls(settings);

  private String value(String name) {
    return String.valueOf(sysctls.all().get(Sysctls.PREFIX + name));
  }

  @Test
  void takesNamesWithAndWithoutTheirPrefix() {
    sysctls.set("net.ipv4.vs.expire_nodest_conn", "1");
    sysctls.set("sloppy_tcp", " 2 ");

    assertTrue(settings.expiresNoDestination);
    assertTrue(settings.isSloppyTcp);
    assertEquals("2", value("sloppy_tcp"));
  }

  @Test
  void defaultsAreThoseOfTheSettings() {
    assertEquals(Integer.toString(settings.connectionReuseMode), value("conn_reuse_mode"));
    assertEquals(Integer.toString(settings.packetDropRate), value("am_droprate"));
    assertEquals(Integer.toString(settings.memoryThresholdPages), value("amemthresh"));
    assertEquals(Integer.toString(settings.lblcExpirationSeconds), value("lblc_expiration"));
    assertEquals(Integer.toString(settings.lblcrExpirationSeconds), value("lblcr_expiration"));
    assertEquals("0", value("drop_entry"));
    assertEquals("3\t50", value("sync_threshold"));
  }

  @ParameterizedTest
  @CsvSource({
    "drop_entry,4",
    "drop_packet,-1",
    "secure_tcp,x",
    "sync_version,2",
    "sync_ports,3",
    "sync_ports,0",
    "sync_retries,4",
    "sync_threshold,5 5",
    "sync_threshold,3",
    "sync_threshold,-1 50",
    "conn_reuse_mode,''",
    "conn_reuse_mode,99999999999",
    "est_cpulist,all",
  })
  void refusesWhatIsOutOfRangeAndChangesNothing(String name, String text) {
    String before = value(name);

    IpvsException refused = assertThrows(IpvsException.class, () -> sysctls.set(name, text));

    assertEquals(Errno.EINVAL, refused.errno());
    assertEquals(before, value(name));
  }

  @Test
  void knowsWhatItDoesNotKnow() {
    IpvsException refused =
        assertThrows(IpvsException.class, () -> sysctls.set("net.ipv4.ip_forward", "1"));

    assertEquals(Errno.ENOENT, refused.errno());
  }

  @Test
  void takesPairsHoweverTheyAreSpaced() {
    sysctls.set("sync_threshold", "2  5");

    assertEquals("2\t5", value("sync_threshold"));
  }

  @Test
  void automaticDefencesFollowMemoryVisibly() {
    sysctls.set("drop_packet", "1");
    sysctls.set("drop_entry", "2");

    settings.defend(PLENTY);
    assertEquals("1", value("drop_entry"));
    assertFalse(settings.dropsEntries);
    assertEquals(0, settings.dropsOneIn);

    settings.defend(512);
    assertEquals("2", value("drop_packet"));
    assertTrue(settings.dropsEntries);
    assertEquals(2, settings.dropsOneIn);
    assertFalse(settings.isSecureTcp);
  }

  @Test
  void defencesThatAreAlwaysOnCareForNothing() {
    sysctls.set("drop_packet", "3");
    sysctls.set("secure_tcp", "3");
    sysctls.set("am_droprate", "7");

    settings.defend(PLENTY);

    assertEquals(7, settings.dropsOneIn);
    assertTrue(settings.isSecureTcp);
    assertEquals("3", value("drop_packet"));
  }
}
