package jvs.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A tour: builds a lab, balances real HTTP over three servers, and checks who answered. */
final class Demo {
  private static final int REQUESTS = 12;

  private final PrintStream out;
  private final ConsoleTranscript transcript;
  private final boolean isKept;

  private Demo(PrintStream out, boolean isKept) {
    this.out = out;
    this.isKept = isKept;
    this.transcript = new ConsoleTranscript(out);
  }

  /**
   * Plays the parts asked for.
   *
   * @return exit status: 0 if every request was answered by the server that had to
   */
  static int play(PrintStream out, PrintStream err, boolean nat, boolean dr, boolean isKept) {
    Optional<String> missing = Requirements.missing();
    if (missing.isPresent()) {
      err.println("jvs demo: " + missing.get());
      return 1;
    }
    try {
      Demo demo = new Demo(out, isKept);
      boolean isGood = true;
      if (nat) {
        isGood &= demo.playNat();
      }
      if (dr) {
        isGood &= demo.playDirectRouting();
      }
      out.println();
      out.println(
          isGood
              ? "Every request was answered by the server that had to answer it."
              : "NOT every request was answered by the server that had to answer it.");
      return isGood ? 0 : 1;
    } catch (LabException e) {
      err.println("jvs demo: " + e.getMessage());
      return 1;
    }
  }

  private boolean playNat() {
    transcript.title("NAT: the director changes addresses, both ways");
    out.println(NatLab.PICTURE);
    return play(NatLab.build(transcript));
  }

  private boolean playDirectRouting() {
    transcript.title("Direct routing: the director only changes the MAC, answers pass it by");
    out.println(DirectRoutingLab.PICTURE);
    return play(DirectRoutingLab.build(transcript));
  }

  private boolean play(Lab lab) {
    try (lab) {
      boolean isGood = perform(lab);
      transcript.explain("The lab goes: processes, namespaces, files.");
      return isGood;
    }
  }

  private boolean perform(Lab lab) {
    try {
      transcript.explain("A web server on each of the three; it says its number.");
      RealServer.startWeb(lab);
      transcript.explain(
          """
          The VIP becomes an address of the director, as for the kernel's IPVS. Then the director
          starts; from now on it alone sees what is meant for a service.\
          """);
      lab.addVip();
      DirectorProcess director = DirectorProcess.start(lab.director());
      transcript.output(director.daemon().log());

      configure(lab, director);
      boolean isGood = request(lab);
      show(director);
      if (isKept) {
        waitForEnter(lab);
      }
      return stop(lab, director) && isGood;
    } catch (LabException e) {
      if (lab.topology().isClosed()) {
        throw new LabException("interrupted", e);
      }
      throw e;
    }
  }

  private void configure(Lab lab, DirectorProcess director) {
    transcript.explain(
        """
        One virtual service, round robin, and its three real servers (%s: %s).\
        """
            .formatted(lab.method(), lab.method().equals("-m") ? "NAT" : "direct routing"));
    director.ipvsadm("-A", "-t", lab.httpService(), "-s", "rr").orThrow();
    for (String address : lab.serverAddresses()) {
      String server = address + ":" + Lab.HTTP_PORT;
      director.ipvsadm("-a", "-t", lab.httpService(), "-r", server, lab.method()).orThrow();
    }
  }

  private boolean request(Lab lab) {
    transcript.explain(
        """
        The client asks the VIP. As in the kernel, a server that is added goes to the head of the
        list, so the last one answers first: 3 2 1 3 2 1.\
        """);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      int number = Lab.SERVERS - i % Lab.SERVERS;
      CommandResult answer =
          lab.client().attempt("curl", "-sS", "--max-time", "5", "http://" + lab.vip() + "/");
      transcript.output(answer.out() + answer.err());
      if (!answer.out().equals("server " + number + "\n")) {
        wrong.add("request %d: expected server %d".formatted(i + 1, number));
      }
    }
    transcript.output(
        "%d of %d requests answered as expected".formatted(REQUESTS - wrong.size(), REQUESTS));
    wrong.forEach(transcript::output);
    return wrong.isEmpty();
  }

  private void show(DirectorProcess director) {
    transcript.explain("What the director knows: services, connections, counters.");
    for (String options : List.of("-Ln", "-Lnc", "-Ln --stats")) {
      transcript.output(director.ipvsadm(options.split(" ", -1)).orThrow().out());
    }
  }

  private boolean stop(Lab lab, DirectorProcess director) {
    transcript.explain("SIGTERM stops the director; nothing of it stays on the host.");
    transcript.command(List.of("kill", String.valueOf(director.daemon().pid())));
    int status = director.stop();
    List<String> left = DirectorProcess.leftovers(lab.director());
    transcript.output(
        "exit status %d, left behind: %s"
            .formatted(status, left.isEmpty() ? "nothing" : String.join(", ", left)));
    return status == 0 && left.isEmpty();
  }

  private void waitForEnter(Lab lab) {
    transcript.explain(
        """
        The lab stays until you press Enter. In another terminal:
        ip netns exec %s curl http://%s/
        ip netns exec %s ./jvs ipvsadm -Ln\
        """
            .formatted(lab.client(), lab.vip(), lab.director()));
    try {
      int character;
      do {
        character = System.in.read();
      } while (character >= 0 && character != '\n');
    } catch (IOException e) {
      throw new LabException("standard input: " + e.getMessage(), e);
    }
  }
}
