package jvs.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import jvs.director.control.ControlClient;
import jvs.director.control.ControlPath;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;

/**
 * A director under load for as long as one likes, then under a flood: does it lose connections,
 * miscount, or grow?
 *
 * <p>Servers are added, re-weighted and removed ten times a second, the rules reloaded every
 * second. The flood is ten times as many handshakes as the connection table has room for.
 */
final class Soak {
  private static final int OTHER_PORT = 8080;
  private static final int FLOODS = 10;
  private static final long EDIT_NANOS = 100_000_000;
  private static final int EDITS_A_RELOAD = 10;
  private static final int SAMPLES = 8;
  private static final long HEAP_SLACK_BYTES = 1 << 20;
  private static final long RESIDENT_SLACK_BYTES = 32 << 20;
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final PrintStream out;
  private final Duration duration;
  private final int connections;
  private final int capacity;
  private final Lab lab;
  private final ServiceKey web;
  private final ServiceKey echo;
  private final DirectorProcess director;
  private boolean isGood = true;

  private Soak(PrintStream out, Duration duration, int connections, int capacity, Lab lab)
      throws IOException {
    this.out = out;
    this.duration = duration;
    this.connections = connections;
    this.capacity = capacity;
    this.lab = lab;
    IpAddress vip = IpAddress.parse(lab.vip());
    web = ServiceKey.of(ServiceKey.TCP, vip, Lab.HTTP_PORT);
    echo = ServiceKey.of(ServiceKey.UDP, vip, Lab.UDP_PORT);
    RealServer.startOwn(lab);
    RealServer.startOwn(lab, OTHER_PORT, OTHER_PORT);
    lab.addVip();
    lab.client().sysctl("net.ipv4.ip_local_port_range", "1024 65535");
    lab.client().sysctl("net.ipv4.tcp_tw_reuse", "1");
    Path rules = lab.director().directory().resolve("rules");
    Files.writeString(rules, rules());
    director =
        DirectorProcess.start(
            lab.director(), "--rules", rules.toString(), "--connections", "" + capacity);
  }

  /**
   * Plays it.
   *
   * @param connections how many are kept open; fewer than {@code capacity}
   * @param capacity of the director's connection table
   * @return whether all is as it should be
   */
  static boolean play(PrintStream out, Duration duration, int connections, int capacity)
      throws IOException, InterruptedException {
    try (Lab lab = NatLab.build(Transcript.SILENT)) {
      return new Soak(out, duration, connections, capacity, lab).play();
    }
  }

  private String rules() {
    StringBuilder rules = new StringBuilder("-A -t " + Lab.endpoint(lab.vip(), Lab.HTTP_PORT));
    rules.append(" -s wlc\n-A -u " + Lab.endpoint(lab.vip(), Lab.UDP_PORT) + " -s rr\n");
    for (String server : lab.serverAddresses()) {
      rules.append("-a -t %s:%d".formatted(lab.vip(), Lab.HTTP_PORT));
      rules.append(" -r %s:%d -m -w 2\n".formatted(server, Lab.HTTP_PORT));
      rules.append("-a -u %s:%d".formatted(lab.vip(), Lab.UDP_PORT));
      rules.append(" -r %s:%d -m\n".formatted(server, Lab.UDP_PORT));
    }
    return rules.toString();
  }

  private boolean play() throws IOException, InterruptedException {
    try (SoakLoad load = new SoakLoad(lab, connections)) {
      load.start();
      List<Vitals> vitals = soak(load);
      load.stop();
      out.printf(
          "%,d short connections answered, %,d not; %,d answers over %,d lasting ones%n",
          load.opened(), load.failed(), load.asked(), connections);
      check("no connection was ended or moved", load.moved() == 0, load.moved() + " were");
      check("short connections are served", load.opened() > load.failed(), "most are not");
      checkGrowth(vitals);
      checkCounters(load);
      flood(load);
    }
    return isGood;
  }

  private List<Vitals> soak(SoakLoad load) throws IOException {
    List<Vitals> vitals = new ArrayList<>();
    long start = System.nanoTime();
    long sampleNanos = duration.toNanos() / SAMPLES;
    int edits = 0;
    try (ControlClient control =
        new ControlClient(ControlPath.of("net:[" + lab.director().inode() + "]"))) {
      while (System.nanoTime() - start < duration.toNanos()) {
        edit(control, edits++);
        if (edits % EDITS_A_RELOAD == 0) {
          lab.director().run("kill", "-HUP", "" + director.daemon().pid());
        }
        if (System.nanoTime() - start >= sampleNanos * (vitals.size() + 1)) {
          vitals.add(Vitals.of(director.daemon().pid()));
          report(load, vitals.getLast(), Duration.ofNanos(System.nanoTime() - start));
        }
        LockSupport.parkNanos(EDIT_NANOS);
      }
    }
    return vitals;
  }

  /** Another server comes and goes, the present ones get other weights. */
  private void edit(ControlClient control, int number) {
    ServerKey other = new ServerKey(IpAddress.parse(lab.serverAddresses().getFirst()), OTHER_PORT);
    boolean isThere = control.servers(web).stream().map(ServerEntry::key).anyMatch(other::equals);
    if (number % 2 == 0) {
      String server = lab.serverAddresses().get(number / 2 % Lab.SERVERS);
      control.setServer(
          web,
          new ServerKey(IpAddress.parse(server), Lab.HTTP_PORT),
          ServerSpec.of(ServerSpec.MASQ, 1 + number % 5));
    } else if (isThere) {
      control.deleteServer(web, other);
    } else {
      control.newServer(web, other, ServerSpec.of(ServerSpec.MASQ, 1));
    }
  }

  private void report(SoakLoad load, Vitals vitals, Duration passed) {
    out.printf(
        Locale.ROOT,
        "%4d s  heap %.2f MiB  %d descriptors  resident %d MiB  %,d opened  %,d answers%n",
        passed.toSeconds(),
        vitals.heapBytes() / 1048576.0,
        vitals.descriptors(),
        vitals.residentBytes() >> 20,
        load.opened(),
        load.asked());
  }

  /** The first quarter is for caches to fill. */
  private void checkGrowth(List<Vitals> vitals) {
    Vitals first = vitals.get(vitals.size() / 4);
    Vitals last = vitals.getLast();
    long heap = last.heapBytes() - first.heapBytes();
    check("the heap is flat", heap < HEAP_SLACK_BYTES, "grew by " + heap + " bytes");
    long files = last.descriptors() - first.descriptors();
    check("no descriptors are lost", files <= 0, files + " more");
  }

  private void checkCounters(SoakLoad load) {
    long deadline = System.nanoTime() + SETTLE.toNanos();
    while (counted() < load.datagrams() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(EDIT_NANOS);
    }
    long counted = counted();
    long lost = load.datagrams() - counted;
    check(
        "every datagram was counted",
        lost >= 0 && lost <= overruns(),
        "%d sent, %d counted; %s"
            .formatted(load.datagrams(), counted, director.jvs("counters").out().strip()));
  }

  /** Frames that came faster than the director took them, as its port says. */
  private long overruns() {
    return director
        .jvs("counters")
        .out()
        .lines()
        .filter(line -> line.startsWith("port_overruns "))
        .mapToLong(line -> Long.parseLong(line.split(" +")[1]))
        .sum();
  }

  private long counted() {
    try (ControlClient control =
        new ControlClient(ControlPath.of("net:[" + lab.director().inode() + "]"))) {
      return control.service(echo).statistics().inPackets();
    } catch (IOException e) {
      throw new LabException("control socket: " + e.getMessage(), e);
    }
  }

  private void flood(SoakLoad load) throws IOException {
    Vitals before = Vitals.of(director.daemon().pid());
    int syns = FLOODS * capacity;
    out.printf("a flood of %,d handshakes, the table has room for %,d%n", syns, capacity);
    SynFlood.send(lab, syns);
    int answered = 0;
    for (int i = 0; i < 20; i++) {
      answered += lab.client().attempt("curl", "-sfm", "5", lab.url()).isSuccess() ? 1 : 0;
    }
    check("new connections are served", answered == 20, answered + " of 20 were");
    load.askEach();
    check("the flood ended no connection", load.moved() == 0, load.moved() + " were");
    long grown = Vitals.of(director.daemon().pid()).residentBytes() - before.residentBytes();
    check("memory is constant", grown < RESIDENT_SLACK_BYTES, "grew by " + grown + " bytes");
  }

  private void check(String what, boolean isSo, String otherwise) {
    isGood &= isSo;
    out.println((isSo ? "PASS         " : "FALLS SHORT  ") + what + (isSo ? "" : ": " + otherwise));
  }
}
