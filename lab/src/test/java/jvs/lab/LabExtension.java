package jvs.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A lab with real servers and a running director for all scenarios of a class.
 *
 * <p>Where a lab cannot run, the class is skipped with the reason. When a scenario fails, the state
 * of the director's host is printed before anything changes, and logs and frames are kept.
 */
final class LabExtension
    implements ExecutionCondition, BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
  private static final Duration TABLE_LIMIT = Duration.ofSeconds(60);

  private final @Nullable Function<Transcript, Lab> build;
  private final boolean isVipConfigured;
  private final List<String> options;
  private Consumer<Lab> startServers = RealServer::serve;
  private boolean hasOffloads;
  private @Nullable Lab lab;
  private @Nullable DirectorProcess director;
  private @Nullable Background capture;
  private List<Decapsulator> decapsulators = List.of();

  private LabExtension(
      @Nullable Function<Transcript, Lab> build, boolean isVipConfigured, List<String> options) {
    this.build = build;
    this.isVipConfigured = isVipConfigured;
    this.options = options;
    hasOffloads = !options.contains("pcap");
  }

  /** Two networks; the VIP is configured on the director. */
  static LabExtension nat(String... options) {
    return new LabExtension(NatLab::build, true, List.of(options));
  }

  /** Any lab; the VIP is configured on the director. */
  static LabExtension of(Function<Transcript, Lab> build, String... options) {
    return new LabExtension(build, true, List.of(options));
  }

  /** One network; the VIP is configured on the director. */
  static LabExtension directRouting(String... options) {
    return new LabExtension(DirectRoutingLab::build, true, List.of(options));
  }

  /** Labs that are {@linkplain #open opened} for each parameter of the class. */
  static LabExtension parameterised(String... options) {
    return new LabExtension(null, true, List.of(options));
  }

  /** Servers in another network, with one local address; the VIP is configured on the director. */
  static LabExtension fullNat(String... options) {
    return new LabExtension(FullNatLab::build, true, List.of(options));
  }

  /** The same without the VIP on the director. */
  LabExtension withoutVip() {
    return new LabExtension(build, false, options);
  }

  /** The same with other programs on the servers than our own. */
  LabExtension with(Consumer<Lab> servers) {
    startServers = servers;
    return this;
  }

  /** The same with ends that finish their frames themselves. */
  LabExtension withoutOffloads() {
    hasOffloads = false;
    return this;
  }

  Lab lab() {
    return Objects.requireNonNull(lab, "the lab is built before all scenarios");
  }

  DirectorProcess director() {
    return Objects.requireNonNull(director, "the director starts before all scenarios");
  }

  /** The servers' ends of the tunnels, if there are tunnels. */
  List<Decapsulator> decapsulators() {
    return decapsulators;
  }

  /** Starts a director where none runs any more, with further options. */
  void startDirector(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    director = DirectorProcess.start(lab().director(), all.toArray(String[]::new));
  }

  /** Makes the present rules exactly these, lines of ipvsadm options. */
  void rules(String... lines) {
    List<String> all = new ArrayList<>(List.of("-C"));
    all.addAll(List.of(lines));
    director().restore(all.toArray(String[]::new));
  }

  /** A TCP service on the VIP, round robin, with all servers added in order. */
  void httpRules() {
    rules(service("-t", Lab.HTTP_PORT, Lab.HTTP_PORT));
  }

  /** Lines of ipvsadm for a service, round robin, with all servers added in order. */
  String[] service(String protocol, int port, int serverPort) {
    String service = protocol + " " + Lab.endpoint(lab().vip(), port);
    List<String> lines = new ArrayList<>();
    lines.add("-A " + service + " -s rr");
    if (lab().method().equals("--fullnat")) {
      lines.add("-P " + service + " -z " + lab().peerAddress());
    }
    for (String address : lab().serverAddresses()) {
      lines.add(
          "-a %s -r %s %s".formatted(service, Lab.endpoint(address, serverPort), lab().method()));
    }
    return lines.toArray(String[]::new);
  }

  /** Waits until the director lists these lines, and none of those that begin with "!". */
  void awaitTable(String what, String... lines) {
    Await.until(
        what,
        TABLE_LIMIT,
        () -> {
          String table = table();
          return Stream.of(lines)
              .allMatch(
                  line ->
                      line.startsWith("!")
                          ? !table.contains(line.substring(1))
                          : table.contains(line));
        });
  }

  /**
   * Waits until a service has a server, or has it no more.
   *
   * @param service as listed, such as {@code TCP 203.0.113.80:80}
   * @param server as listed below it, such as {@code 10.0.0.11:80 Masq 1}; may end early
   */
  void awaitServer(String service, String server, boolean isThere) {
    String rows = "(?s).*\n" + Pattern.quote(service) + " [^\n]*(\n -> [^\n]*)*?\n -> ";
    Pattern wanted = Pattern.compile(rows + Pattern.quote(server) + ".*");
    Await.until(
        service + (isThere ? " has " : " has lost ") + server,
        TABLE_LIMIT,
        () -> wanted.matcher(table()).matches() == isThere);
  }

  private String table() {
    return director().ipvsadm("-Ln").orThrow().out().replaceAll(" +", " ");
  }

  /** What {@code curl} on the client prints for a path on the VIP. */
  String curl(String path) {
    return lab()
        .client()
        .run("curl", "-sS", "--max-time", "5", "http://" + lab().httpService() + path)
        .out()
        .strip();
  }

  /** What so many new connections are answered, one after the other. */
  List<String> curlTimes(int times) {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      answers.add(curl("/"));
    }
    return answers;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return new LabCondition().evaluateExecutionCondition(context);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (build != null) {
      open(build);
    }
  }

  /** Builds a lab and starts everything in it; closes the one that was there before. */
  void open(Function<Transcript, Lab> how) {
    close();
    Lab built = how.apply(Transcript.SILENT);
    lab = built;
    try {
      if (!hasOffloads) {
        built.turnOffloadsOff();
      }
      startServers.accept(built);
      decapsulators = built.isTunnel() ? RealServer.unpack(built) : List.of();
      if (isVipConfigured) {
        built.addVip();
      }
      startCapture(built.director());
      startDirector();
    } catch (RuntimeException e) {
      Diagnosis.print("starting the lab", built, director);
      built.topology().keepFiles();
      built.close();
      lab = null;
      throw e;
    }
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    boolean hasFailed =
        context
            .getExecutionException()
            .filter(e -> !(e instanceof TestAbortedException))
            .isPresent();
    if (hasFailed) {
      String name =
          context.getRequiredTestClass().getSimpleName() + ": " + context.getDisplayName();
      Diagnosis.print(name, lab(), director);
      lab().topology().keepFiles();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  private void close() {
    if (lab == null) {
      return;
    }
    try (Lab closing = lab) {
      lab = null;
      if (director != null && director.daemon().isAlive()) {
        int status = director.stop();
        List<String> left = DirectorProcess.leftovers(closing.director());
        if (status != 0 || !left.isEmpty()) {
          Diagnosis.print("stopping the director", closing, director);
          closing.topology().keepFiles();
          throw new LabException("director: exit status " + status + ", left behind: " + left);
        }
      }
      if (capture != null) {
        capture.stop();
      }
    }
  }

  private void startCapture(Host host) {
    if (Command.find("tcpdump").isEmpty()) {
      return;
    }
    String file = host.directory().resolve("frames.pcap").toString();
    Background started =
        host.start(
            "tcpdump",
            List.of("tcpdump", "-i", "any", "-n", "-s", "160", "-U", "-Z", "root", "-w", file));
    started.awaitLine("listening on", Duration.ofSeconds(10));
    capture = started;
  }
}
