package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jvs.director.ipvsadm.Names;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** As the kernel, case by case. */
class RecordedCasesTest {
  /** What waits for a feature that is not there yet; see docs/conformance.md. */
  private static final Set<String> AWAITED = Set.of("edit-fwd", "rate");

  private static Names names;

  @BeforeAll
  static void readNames() throws IOException {
    names = Recordings.names();
  }

  @TestFactory
  Stream<DynamicTest> choosesServersAsTheKernel() {
    return tests("schedulers.jsonl.gz", 210);
  }

  @TestFactory
  Stream<DynamicTest> choosesServersForIpv6AsTheKernel() {
    return tests("schedulers_v6.jsonl.gz", 8);
  }

  @TestFactory
  Stream<DynamicTest> followsTcpAsTheKernel() {
    return tests("tcpstate.jsonl.gz", 54);
  }

  @TestFactory
  Stream<DynamicTest> persistsAsTheKernel() {
    return tests("persist.jsonl.gz", 20);
  }

  @TestFactory
  Stream<DynamicTest> quiescesAsTheKernel() {
    return tests("quiesce.jsonl.gz", 33);
  }

  @TestFactory
  Stream<DynamicTest> writesProcFilesAsTheKernel() {
    return tests("proc.jsonl.gz", 4);
  }

  @TestFactory
  Stream<DynamicTest> forwardsPacketsAsTheKernel() {
    return tests("packets.jsonl.gz", 77);
  }

  @TestFactory
  Stream<DynamicTest> synchronisesAsTheKernel() {
    return tests("sync.jsonl.gz", 9);
  }

  @TestFactory
  Stream<DynamicTest> answersIpvsadmAsTheKernel() {
    return tests("ipvsadm", 12);
  }

  private static Stream<DynamicTest> tests(String recording, int count) {
    List<RecordedCase> cases = Recordings.cases(recording);
    assertEquals(count, cases.size());
    return cases.stream()
        .filter(recorded -> !AWAITED.contains(recorded.name()))
        .map(recorded -> DynamicTest.dynamicTest(recorded.name(), () -> assertPasses(recorded)));
  }

  private static void assertPasses(RecordedCase recorded) {
    List<Divergence> divergences = CaseReplay.run(recorded, names, true);

    assertEquals(
        "",
        divergences.stream().map(Divergence::toString).collect(Collectors.joining("\n")),
        recorded.name());
  }

  @Test
  void awaitsNothingThatPasses() {
    Stream.of(
            "tcpstate.jsonl.gz",
            "packets.jsonl.gz",
            "persist.jsonl.gz",
            "quiesce.jsonl.gz",
            "proc.jsonl.gz",
            "ipvsadm")
        .flatMap(recording -> Recordings.cases(recording).stream())
        .filter(recorded -> AWAITED.contains(recorded.name()))
        .forEach(
            recorded ->
                assertNotEquals(List.of(), CaseReplay.run(recorded, names, true), recorded.name()));
  }

  /** What later work is to make pass has to be readable, and must not break the replay. */
  @Test
  void replaysAllRecordingsToTheirEnd() {
    for (RecordedCase recorded : Recordings.cases("")) {
      for (Divergence divergence : CaseReplay.run(recorded, names, true)) {
        for (Divergence.Difference difference : divergence.differences()) {
          assertEquals(
              -1, difference.ours().indexOf("Exception"), recorded.name() + " " + divergence);
        }
      }
    }
  }
}
