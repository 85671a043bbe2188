package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class DirectorCommandTest {
  private static final Map<String, String> VALUES =
      Map.of("--port", "afpacket", "--workers", "2", "--connections", "9", "--warm-up", "7");

  private static DaemonOptions byPicocli(String... arguments) {
    DirectorCommand command = new DirectorCommand();
    new CommandLine(command).parseArgs(arguments);
    return command.options();
  }

  private static DaemonOptions plainly(String... arguments) {
    return Objects.requireNonNull(DirectorCommand.ofPlain(arguments)).options();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-i eth0 --interface eth1 --own-vips",
        "--port=afpacket,rx=v3,qdisc=bypass --workers=4 --connections 5000",
        "--control /run/x.sock --rules a/rules --state=/var/lib/jvs/state --warm-up 0",
        "--tables none --plugin-path a.jar --plugin-path=b",
        "--interface=br0.12 --tables /dev/shm"
      })
  void readsTheUsualFormAsPicocliDoes(String line) {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");

    assertEquals(byPicocli(arguments), plainly(arguments));
  }

  @Test
  void knowsEveryOptionThatStartsADirector() {
    for (OptionSpec option : new CommandLine(new DirectorCommand()).getCommandSpec().options()) {
      String name = option.longestName();
      if (option.arity().max() > 0) {
        String value = VALUES.getOrDefault(name, "x");
        assertEquals(byPicocli(name, value), plainly(name, value));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--explain-port",
        "--workers",
        "--workers two",
        "--workers 0x2",
        "--workers 2 --workers 3",
        "--state --own-vips",
        "--own-vips=false",
        "--port nothing",
        "--rules @file",
        "--rules \"a",
        "--unknown 3",
        "-ieth0",
        "stray"
      })
  void leavesEverythingElseToPicocli(String line) {
    assertNull(DirectorCommand.ofPlain(line.split(" ")));
    assertNotNull(DirectorCommand.ofPlain(), "no options at all are plain");
  }
}
