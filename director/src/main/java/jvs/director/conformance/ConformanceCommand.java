package jvs.director.conformance;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jvs.director.ipvsadm.Names;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvs conformance}. */
@Command(
    name = "conformance",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Replays recordings of a kernel's IPVS against this director, without an operating system and"
          + " in virtual time, and compares every recorded outcome: texts, frames, tables, chosen"
          + " servers.",
      "Prints a line for each divergence, a summary of the groups, and last 'N passed, M failed'."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all cases passed",
      "1:some failed",
      "2:wrong usage, or a file that is no recording"
    },
    footer = {"", "Format of recordings and bytes that are not compared: docs/conformance.md"})
public final class ConformanceCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int MALFORMED = 2;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Recordings: JSON lines, plain or compressed by gzip; of a folder all *.jsonl and"
              + " *.jsonl.gz below it.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--case",
      paramLabel = "NAME",
      description = "Only the cases of this name, which may have * and ?; may be repeated.")
  private List<String> cases = new ArrayList<>();

  @Option(
      names = "--keep-going",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Run a case's steps after its first divergence too. Default: yes.")
  private boolean keepsGoing = true;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Print at most N divergences of each case. Default: all.")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print no divergences: only the summary.")
  private boolean isQuiet;

  @Option(
      names = "--json",
      description = "Print JSON instead: an object a case, one a line, and last one with the sums.")
  private boolean isJson;

  /** Runs it as a program of its own. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ConformanceCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (limit < 0) {
      throw new ParameterException(
          spec.commandLine(), "--limit is " + limit + ", expected 0 or more");
    }
    CaseFilter filter = new CaseFilter(cases);
    RecordingReader reader = new RecordingReader();
    files.forEach(reader::read);
    List<RecordedCase> chosen = reader.cases().stream().filter(filter::accepts).toList();
    if (!reader.errors().isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      reader.errors().forEach(err::println);
      err.flush();
      return MALFORMED;
    }
    if (chosen.isEmpty()) {
      String what = cases.isEmpty() ? "no recordings" : "no case " + String.join(", ", cases);
      throw new ParameterException(spec.commandLine(), what + " in " + files);
    }
    PrintWriter out = spec.commandLine().getOut();
    int shown = isQuiet ? 0 : limit;
    return replay(chosen, isJson ? new JsonReport(out, shown) : new TextReport(out, shown));
  }

  private int replay(List<RecordedCase> chosen, Report report) throws IOException {
    Names names = RecordedNames.read();
    Tally tally = new Tally();
    for (RecordedCase recorded : chosen) {
      CaseResult result = new CaseResult(recorded, CaseReplay.run(recorded, names, keepsGoing));
      tally.add(result);
      report.add(result);
    }
    report.end(tally);
    return tally.failed() == 0 ? 0 : FAILED;
  }
}
