package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import jvs.director.control.MemoryControl;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text as rules and command lines: refused in words or done, and saved as it can be restored.
 */
class IpvsadmFuzz {
  private static final Names NAMES =
      Names.of(TestResources.path("golden/etc/hosts"), TestResources.path("golden/etc/services"));

  static Stream<byte[]> texts() {
    return Stream.of(
            "-A -t 10.99.0.1:80 -s wlc -p 300 -M 255.255.255.0\n"
                + "-a -t 10.99.0.1:http -r 10.1.0.1 -m -w 2 -x 9 -y 3\n-L -n --stats",
            "-A -u [fd00::1]:53 -s sh -b sh-port -o\n-a -u [fd00::1]:53 -r [fd00::2]:53 -g\n-Z",
            "-A -f 5 -6\n-e -f 5 -r 10.1.0.1 -i --tun-type gue --tun-port 6080 --tun-csum\n-C",
            "-A --sctp-service 10.99.0.1:1 --pe sip\n-D -f 1\n-E -f 5 -s rr\n-Lc --sort",
            "--set 1 2 3\n--start-daemon master --mcast-interface eth0 --syncid 1\n-h")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("texts")
  @FuzzTest
  void refusesOrDoes(byte[] octets) {
    String text = new String(octets, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(new MemoryControl(), NAMES);
    for (String line : text.split("\n")) {
      terminal.run(text, line.split(" +"));
    }
    terminal.restore(text);
    String saved = terminal.save("-n").stdout();

    Terminal other = new Terminal(new MemoryControl(), NAMES);
    Terminal.Outcome restored = other.restore(saved);
    assertEquals(new Terminal.Outcome(0, "", ""), restored, saved);
    assertEquals(saved, other.save("-n").stdout());
  }
}
