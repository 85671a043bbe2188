package jvs.director.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jvs.director.ipvsadm.Names;
import jvs.engine.Draft;
import jvs.schedulers.Schedulers;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Rules as text, there and back. */
final class RulesTextTest {
  private static final String ALL =
      """
      sysctl net.ipv4.vs.expire_nodest_conn=1
      --set 600 60 200
      mark -d 10.99.0.1/32 -p tcp -m multiport --dports 80,443 -j MARK --set-xmark 0x3/0xffffffff
      mark -6 -i eth0 -p udp --dport 53 -j MARK --set-xmark 0x4/0xffffffff
      -A -f 3 -s wlc -p 300
      -a -f 3 -r 10.1.0.1:0 -g -w 1
      -A -t [fd00::1]:80 -s rr
      -a -t [fd00::1]:80 -r [fd00::2]:8080 -m -w 2 -x 20 -y 10
      -a -t [fd00::1]:80 -r [fd00::3]:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum
      """;

  private final Draft draft = draft();

  private static Draft draft() {
    return new Draft(Schedulers.all(), IpAddress::isUnicast);
  }

  private List<String> read(String text) {
    return RulesText.read(text, draft, Names.system());
  }

  @Test
  void writesAllThatItReads() {
    assertEquals(List.of(), read(ALL));

    String written = RulesText.of(draft);

    assertEquals(ALL.lines().sorted().toList(), written.lines().sorted().toList());
    Draft again = draft();
    assertEquals(List.of(), RulesText.read(written, again, Names.system()));
    assertEquals(written, RulesText.of(again));
  }

  @Test
  void readsCommentsLongOptionsAndTheNameOfTheProgram() {
    assertEquals(
        List.of(),
        read(
            """
            # the web

            ipvsadm --add-service --tcp-service 10.99.0.1:80 --scheduler rr
              --add-server -t 10.99.0.1:80 -r 10.1.0.1 --masquerading
            mark add -d 10.99.0.1 -p tcp --set-mark 3
            sysctl drop_entry = 1
            """));

    assertEquals(
        """
        sysctl net.ipv4.vs.drop_entry=1
        mark -d 10.99.0.1/32 -p tcp -j MARK --set-xmark 0x3/0xffffffff
        -A -t 10.99.0.1:80 -s rr
        -a -t 10.99.0.1:80 -r 10.1.0.1:80 -m -w 1
        """,
        RulesText.of(draft));
  }

  @Test
  void namesEveryLineThatIsWrong() {
    List<String> problems =
        read(
            """
            -A -t 10.99.0.1:80 -s rr
            -A -t 10.99.0.1:80 -s rr
            -a -t 10.99.0.1:81 -r 10.1.0.1 -m
            -A -t 10.99.0.1:82 -s fastest
            -A -t 10.99.0.1:nowhere -s rr
            -L -n
            -R
            --start-daemon master
            mark -d 10.99.0.1 -p tcp
            sysctl drop_entry=9
            sysctl drop_entry
            sysctl fast=1
            service 10.99.0.1
            -a -t 10.99.0.1:80 -r 224.0.0.1 -m
            -a -t 10.99.0.1:80 -r 10.1.0.1 -m
            """);

    List<String> expected =
        List.of(
            "line 2: Service already exists (",
            "line 3: Service not defined (",
            "line 4: Scheduler or persistence engine not found (",
            "line 5: ",
            "line 6: '-L -n' changes nothing",
            "line 7: '-R' changes nothing",
            "line 8: ",
            "line 9: ",
            "line 10: ",
            "line 11: sysctl 'drop_entry', expected NAME=VALUE",
            "line 12: ",
            "line 13: 'service', expected options of ipvsadm, mark or sysctl",
            "line 14: ");
    assertEquals(expected.size(), problems.size(), problems.toString());
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(problems.get(i).startsWith(expected.get(i)), problems.get(i));
      assertTrue(problems.get(i).length() > "line 99: ".length(), problems.get(i));
    }
  }
}
