package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jvs.spi.SchedulerFactory;
import org.junit.jupiter.api.Test;

/** The list. */
class SchedulersTest {
  @Test
  void namesTheSchedulersOfIpvsadmAndNone() {
    List<String> names = Schedulers.names();

    assertEquals(
        List.of(
            "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh",
            "twos", "none"),
        names);
    assertTrue(names.stream().allMatch(name -> name.length() <= 15));
  }

  @Test
  void findsASchedulerByItsWholeName() {
    SchedulerFactory wlc = Schedulers.find("wlc");

    assertNotNull(wlc);
    assertEquals("wlc", wlc.name());
    assertNull(Schedulers.find("wl"));
    assertNull(Schedulers.find("WLC"));
    assertNull(Schedulers.find(""));
  }

  @Test
  void givesEachServiceItsOwnScheduler() {
    SimulatedService one = SimulatedService.withWeights("rr", 1, 1);
    SimulatedService other = SimulatedService.withWeights("rr", 1, 1);
    one.connectAll(1);

    assertEquals("2 1", other.connectAll(2));
    assertEquals("1 2", one.connectAll(2));
  }

  @Test
  void startsAnewWhenAnotherSchedulerTakesOver() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 1, 1);
    service.connectAll(1);

    service.use("wrr", 0).use("rr", 0);

    assertEquals("3 2 1", service.connectAll(3));
  }

  @Test
  void noSchedulerHasNobody() {
    SimulatedService service = SimulatedService.withWeights("none", 1, 1);

    assertEquals("0 0 0", service.connectAll(3));
  }
}
