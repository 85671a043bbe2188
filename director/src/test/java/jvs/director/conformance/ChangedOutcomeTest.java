package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import jvs.director.conformance.Step.Emitted;
import jvs.director.ipvsadm.Names;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A recording in which one outcome was changed does not pass, whatever it is. */
class ChangedOutcomeTest {
  private static final long SEED = Long.getLong("jvs.seed", new Random().nextLong());

  private final Random random = new Random(SEED);

  @TestFactory
  Stream<DynamicTest> isNoticedInFramesTextsAndTables() throws IOException {
    return tests(Recordings.oneCase("tcpstate.jsonl.gz", "nat-normal"));
  }

  @TestFactory
  Stream<DynamicTest> isNoticedInServersAndCounts() throws IOException {
    return tests(Recordings.oneCase("schedulers.jsonl.gz", "wlc-close-tcp-w3-2-1"));
  }

  private Stream<DynamicTest> tests(RecordedCase recorded) throws IOException {
    Names names = Recordings.names();
    assertEquals(List.of(), CaseReplay.run(recorded, names, true));
    return Stream.iterate(0, i -> i < Math.min(24, recorded.steps().size()), i -> i + 1)
        .map(i -> test(recorded, i, names));
  }

  private DynamicTest test(RecordedCase recorded, int index, Names names) {
    Step step = recorded.steps().get(index);
    return DynamicTest.dynamicTest(
        "step " + (index + 1) + " " + step.op() + ", jvs.seed=" + SEED,
        () -> {
          for (Step change : changes(step)) {
            List<Divergence> divergences =
                CaseReplay.run(with(recorded, index, change), names, false);

            assertFalse(divergences.isEmpty(), () -> "unnoticed: " + change);
            assertEquals(index + 1, divergences.getFirst().step(), change::toString);
          }
        });
  }

  private static RecordedCase with(RecordedCase recorded, int index, Step change) {
    List<Step> steps = new ArrayList<>(recorded.steps());
    steps.set(index, change);
    return new RecordedCase(
        recorded.file(),
        recorded.line(),
        recorded.group(),
        recorded.name(),
        recorded.environment(),
        recorded.repliesPass(),
        steps);
  }

  private List<Step> changes(Step step) {
    return switch (step) {
      case Step.Command command -> commands(command);
      case Step.Send send -> sends(send);
      case Step.Connections connections -> connections(connections);
      case Step.Servers servers -> servers(servers);
      case Step.Flow flow -> flows(flow);
      default -> List.of();
    };
  }

  private static List<Step> commands(Step.Command step) {
    return List.of(
        command(step, step.stdout() + "\n", step.stderr(), step.status()),
        command(step, step.stdout(), step.stderr() + "x", step.status()),
        command(step, step.stdout(), step.stderr(), step.status() + 1));
  }

  private static Step command(Step.Command step, String stdout, String stderr, int status) {
    return new Step.Command(step.program(), step.arguments(), step.stdin(), stdout, stderr, status);
  }

  /** One bit of each octet of each frame, a frame more, none at all. */
  private List<Step> sends(Step.Send step) {
    List<Step> changes = new ArrayList<>();
    for (int i = 0; i < step.emitted().size(); i++) {
      byte[] octets = step.emitted().get(i).frame().octets();
      for (int octet = 0; octet < octets.length; octet++) {
        byte[] changed = octets.clone();
        changed[octet] ^= (byte) (1 << random.nextInt(8));
        List<Emitted> emitted = new ArrayList<>(step.emitted());
        emitted.set(i, new Emitted(emitted.get(i).side(), Frame.of(changed)));
        changes.add(send(step, emitted));
      }
    }
    List<Emitted> more = new ArrayList<>(step.emitted());
    more.add(new Emitted(Side.CLIENT, step.frame()));
    changes.add(send(step, more));
    changes.add(send(step, List.of()));
    return changes;
  }

  private static Step send(Step.Send step, List<Emitted> emitted) {
    return new Step.Send(step.side(), step.frame(), step.note(), step.atMillis(), emitted);
  }

  private static List<Step> connections(Step.Connections step) {
    ConnectionRow row = step.rows().getFirst();
    List<Step> changes = new ArrayList<>();
    for (ConnectionRow changed :
        List.of(
            row(row, "UDP", row.server(), row.state(), row.expires()),
            row(row, row.protocol(), row.client(), row.state(), row.expires()),
            row(row, row.protocol(), row.server(), "LAST_ACK", row.expires()),
            row(row, row.protocol(), row.server(), row.state(), row.expires() + 5),
            row(row, row.protocol(), row.server(), row.state(), row.expires() - 5))) {
      List<ConnectionRow> rows = new ArrayList<>(step.rows());
      rows.set(0, changed);
      changes.add(new Step.Connections(rows, step.atMillis()));
    }
    changes.add(new Step.Connections(step.rows().subList(1, step.rows().size()), step.atMillis()));
    return changes;
  }

  private static ConnectionRow row(
      ConnectionRow row, String protocol, Endpoint server, String state, long expires) {
    return new ConnectionRow(
        protocol, row.client(), row.virtual(), server, state, expires, row.engine());
  }

  private static List<Step> servers(Step.Servers step) {
    ServerRow row = step.rows().getFirst();
    List<Step> changes = new ArrayList<>();
    for (ServerRow changed :
        List.of(
            row(row, "FWM 1", "Masq", row.weight(), row.active(), row.inactive()),
            row(row, row.service(), "Route", row.weight(), row.active(), row.inactive()),
            row(row, row.service(), "Masq", row.weight() + 1, row.active(), row.inactive()),
            row(row, row.service(), "Masq", row.weight(), row.active() + 1, row.inactive()),
            row(row, row.service(), "Masq", row.weight(), row.active(), row.inactive() + 1))) {
      List<ServerRow> rows = new ArrayList<>(step.rows());
      rows.set(0, changed);
      changes.add(new Step.Servers(rows));
    }
    changes.add(new Step.Servers(step.rows().reversed()));
    changes.add(new Step.Servers(step.rows().subList(1, step.rows().size())));
    return changes;
  }

  private static ServerRow row(
      ServerRow row, String service, String method, int weight, int active, int inactive) {
    return new ServerRow(service, row.server(), method, weight, active, inactive);
  }

  private static List<Step> flows(Step.Flow step) {
    List<Step> changes = new ArrayList<>();
    if (step.op().equals("new")) {
      changes.add(flow(step, null, step.counts()));
      changes.add(flow(step, step.client(), step.counts()));
    }
    if (step.counts() != null) {
      step.counts()
          .forEach(
              (server, row) -> {
                for (int i = 0; i < row.size(); i++) {
                  List<Integer> changed = new ArrayList<>(row);
                  changed.set(i, row.get(i) + 1);
                  Map<Endpoint, List<Integer>> counts = new LinkedHashMap<>(step.counts());
                  counts.put(server, changed);
                  changes.add(flow(step, step.server(), counts));
                }
              });
    }
    return changes;
  }

  private static Step flow(
      Step.Flow step, @Nullable Endpoint server, @Nullable Map<Endpoint, List<Integer>> counts) {
    return new Step.Flow(step.op(), step.protocol(), step.client(), step.virtual(), server, counts);
  }
}
