package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import jvs.director.control.MemoryControl;
import jvs.director.ipvsadm.Names;
import jvs.director.rules.RulesText;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What the daemon says about changes. */
final class LoggedControlTest {
  private static final ServiceKey WEB = ServiceKey.of(6, IpAddress.v4(0x0a63_0001), 80);

  private final List<String> log = new ArrayList<>();
  private final MemoryControl memory = new MemoryControl();
  private final IpvsControl control = new LoggedControl(memory, log::add);
  private long nowMillis;

  @Test
  void tellsEachChangeAsTheLineThatMakesIt() {
    String lines =
        """
        -A -t 10.99.0.1:80 -s rr -p 300
        -E -t 10.99.0.1:80 -s wlc
        -a -t 10.99.0.1:80 -r 10.1.0.1:8080 -m -w 2 -x 9 -y 4
        -e -t 10.99.0.1:80 -r 10.1.0.1:8080 -m -w 0
        -P -t 10.99.0.1:80 -z 10.1.0.9
        --del-laddr -t 10.99.0.1:80 -z 10.1.0.9
        -Z -t 10.99.0.1:80
        -d -t 10.99.0.1:80 -r 10.1.0.1:8080
        -D -t 10.99.0.1:80
        --set 800 60 200
        -C
        -Z
        """;
    for (String line : lines.split("\n", -1)) {
      RulesText.read(line, control, Names.system());
    }
    control.setSysctl("sloppy_tcp", "1");
    control.newDaemon(new DaemonSpec(true, "eth0", 5, 0, IpAddress.v4(0), 0, 0));
    control.deleteDaemon(true);

    List<String> expected = new ArrayList<>(lines.lines().toList());
    expected.add("sysctl sloppy_tcp=1");
    expected.add("--start-daemon master --mcast-interface eth0 --syncid 5");
    expected.add("--stop-daemon master");
    assertEquals(expected, log);
  }

  @Test
  void doesNotTellWhatIsRefused() {
    control.newService(WEB, ServiceSpec.of("rr"));

    assertThrows(IpvsException.class, () -> control.newService(WEB, ServiceSpec.of("rr")));
    assertThrows(
        IpvsException.class,
        () ->
            control.atomically(
                all -> {
                  all.flush();
                  all.deleteService(WEB);
                }));

    assertEquals(List.of("-A -t 10.99.0.1:80 -s rr"), log);
  }

  @Test
  void tellsNoMoreThanAFewLinesOfAFlood() {
    ChangeLog flooded = new ChangeLog(log::add, () -> nowMillis);
    for (int i = 0; i < 5000; i++) {
      flooded.tell("-C");
    }
    flooded.tick();
    assertEquals(ChangeLog.MOST, log.size());
    assertEquals("changed: -C", log.getFirst());

    nowMillis = ChangeLog.PERIOD_MILLIS;
    flooded.tick();
    flooded.tell("-Z");

    int untold = 5000 - ChangeLog.MOST;
    assertEquals("changed: " + untold + " times more", log.get(ChangeLog.MOST));
    assertEquals("changed: -Z", log.getLast());
  }
}
