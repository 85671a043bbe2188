package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Some four thousand command lines and what the real ipvsadm 1.31 made of them: exit status, both
 * outputs, and what it asked of the kernel.
 *
 * <p>Recorded with the program of Debian 12 (glibc 2.36, popt 1.19), whose netlink socket led to a
 * stand-in with the tables in {@code world.json}. Probes by hand, each option with each command,
 * refusals of each kind, and seeded random lines.
 */
final class RecordedCommandsTest {
  private static final int SHOWN = 10;

  private record Outcome(Terminal.Outcome visible, String calls) {}

  @Test
  void doesWhatIpvsadmDid() throws IOException {
    Names names =
        Names.of(TestResources.path("recorded/hosts"), TestResources.path("recorded/services"));
    RecordedWorld world = new RecordedWorld();
    Terminal terminal = new Terminal(world, names);
    List<String> differences = new ArrayList<>();

    for (JsonObject recorded :
        TestResources.lines(TestResources.path("recorded/ipvsadm.jsonl.gz"))) {
      world.refuse(recorded.has("errno") ? recorded.getAsJsonObject("errno") : new JsonObject());
      String stdin = recorded.has("stdin") ? recorded.get("stdin").getAsString() : "";
      Terminal.Outcome visible = terminal.run(stdin, argv(recorded));

      Outcome outcome = new Outcome(visible, world.drainCalls());
      if (!outcome.equals(expected(recorded))) {
        differences.add(recorded.get("argv") + "\n" + expected(recorded) + "\n" + outcome);
      }
    }

    assertEquals(
        "",
        String.join("\n\n", differences.subList(0, Math.min(SHOWN, differences.size()))),
        () -> differences.size() + " command lines differ");
  }

  private static String[] argv(JsonObject recorded) {
    return recorded.getAsJsonArray("argv").asList().stream()
        .map(JsonElement::getAsString)
        .toArray(String[]::new);
  }

  private static Outcome expected(JsonObject recorded) {
    return new Outcome(
        new Terminal.Outcome(
            recorded.get("status").getAsInt(),
            recorded.get("stdout").getAsString(),
            recorded.get("stderr").getAsString()),
        recorded.get("calls").getAsString());
  }
}
